"""A page with the map of a plan and a list beside it, for the tests of what the browser draws."""

import math

from django.http import HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path

CENTRE = (114.8030, 28.4020)
METRES = 111_320  # of a degree of latitude
PAGE = """{% extends "base.html" %}{% load static %}
{% block title %}联合支部规划{% endblock title %}
{% block head %}{% include "planning/map_head.html" %}{% endblock head %}
{% block content %}<h1>联合支部规划</h1>{% include "planning/map.html" %}
<form><ul>{% for point in points %}<li><label><input type="checkbox" name="unit" value="{{ point.properties.unit }}"> {{ point.properties.name }}</label></li>{% endfor %}</ul></form>
{% endblock content %}"""


def point(unit, east, north, **given):
    """Return a feature so many metres east and north of the centre."""
    lon, lat = CENTRE
    properties = {"unit": unit, "name": f"示例店{unit}", "group": "", "group_label": ""}
    properties |= {"hub": False, "branch": False, "members": 2, "full": 1, "state": "placed"}
    place = [lon + east / METRES / math.cos(math.radians(lat)), lat + north / METRES]
    geometry = {"type": "Point", "coordinates": place}
    return {"type": "Feature", "geometry": geometry, "properties": properties | given}


def small_plan():
    """Two new groups, one that joins a branch, one left out, one excluded, two in one spot."""
    first = {"group": "g1", "group_label": "1"}
    second = {"group": "g2", "group_label": "2"}
    joins = {"group": "g3", "group_label": "清平老街党支部"}
    return [
        point("a1", 0, 0, hub=True, **first),
        point("a2", 420, 160, **first),
        point("a3", -260, 310, **first),
        point("b1", 1900, -300, hub=True, **second),
        point("b2", 2150, -700, **second),
        point("b3", 2300, -250, **second),
        point("br", -1500, -900, branch=True, state="branch", hub=True, **joins),
        point("c1", -1750, -500, **joins),
        point("o1", 900, 1500, state="left_out"),
        point("x1", -900, 1300, state="excluded"),
        point("m1", 600, -1200, state="left_out"),
        point("m2", 600, -1200, state="left_out"),
    ]


def large_plan(count=5000):
    """So many points in groups of four, on a spiral."""
    points = []
    for number in range(count):
        turn, group = number * 2.399963, number // 4
        far = 180 * math.sqrt(group)
        east = far * math.cos(group * 2.399963) + 60 * math.cos(turn)
        north = far * math.sin(group * 2.399963) + 60 * math.sin(turn)
        given = {"group": f"g{group}", "group_label": str(group + 1), "hub": number % 4 == 0}
        points.append(point(f"u{number}", east, north, **given))
    return points


PLANS = {"small": small_plan, "large": large_plan, "empty": list}


def page(request, name):
    shown = {"map_url": f"/plan-map/{name}.json", "points": PLANS[name]()[:40]}
    return HttpResponse(engines["django"].from_string(PAGE).render(shown, request))


def data(request, name):
    return JsonResponse({"type": "FeatureCollection", "radius_m": 800, "features": PLANS[name]()})


def missing(request):
    shown = {"map_url": "/plan-map/no/where.json", "points": []}
    return HttpResponse(engines["django"].from_string(PAGE).render(shown, request))


urlpatterns = [
    path("plan-map/missing/", missing),
    path("plan-map/<str:name>.json", data),
    path("plan-map/<str:name>/", page),
    path("", include("xgz.config.urls")),
]
