"""Where things lie: WGS84 degrees to metres in a plane, and how far apart two points are (PL-4).

The plane is a transverse Mercator (Gauss-Krüger) projection of the WGS84 ellipsoid with scale 1 on
the meridian asked for. Within 30 km of it 600 m are wrong by less than a centimetre.
"""

import math

_AXIS = 6_378_137.0  # metres
_FLATTENING = 1 / 298.257223563
_SQUARED = _FLATTENING * (2 - _FLATTENING)  # first eccentricity, squared
_SECOND = _SQUARED / (1 - _SQUARED)  # second eccentricity, squared


def to_plane(lon: float, lat: float, meridian: float) -> tuple[float, float]:
    """Return x (east of the meridian) and y (north of the equator) in metres for degrees."""
    phi = math.radians(lat)
    tangent, bend = math.tan(phi) ** 2, _SECOND * math.cos(phi) ** 2
    along = math.radians(lon - meridian) * math.cos(phi)
    normal = _AXIS / math.sqrt(1 - _SQUARED * math.sin(phi) ** 2)
    x = along + (1 - tangent + bend) * along**3 / 6
    x += (5 - 18 * tangent + tangent**2 + 72 * bend - 58 * _SECOND) * along**5 / 120
    y = along**2 / 2 + (5 - tangent + 9 * bend + 4 * bend**2) * along**4 / 24
    y += (61 - 58 * tangent + tangent**2 + 600 * bend - 330 * _SECOND) * along**6 / 720
    return normal * x, _arc(phi) + normal * math.tan(phi) * y


def _arc(phi: float) -> float:
    """Return metres along the meridian from the equator to a latitude in radians."""
    second, fourth, sixth = _SQUARED, _SQUARED**2, _SQUARED**3
    return _AXIS * (
        (1 - second / 4 - 3 * fourth / 64 - 5 * sixth / 256) * phi
        - (3 * second / 8 + 3 * fourth / 32 + 45 * sixth / 1024) * math.sin(2 * phi)
        + (15 * fourth / 256 + 45 * sixth / 1024) * math.sin(4 * phi)
        - (35 * sixth / 3072) * math.sin(6 * phi)
    )


def apart(x_m: float, y_m: float, other_x_m: float, other_y_m: float) -> float:
    """Return the straight distance of two points in metres."""
    return math.hypot(x_m - other_x_m, y_m - other_y_m)
