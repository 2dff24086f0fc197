"""What the relay kept, taken in: once, in the order of time, and nothing that was changed (SR-9)."""

import json
from datetime import timedelta

import pytest

from tests.factories import TODAY, actor_as, make_district
from tests.factories.self_reports import ANSWERS, code_on, hang_poster, moment
from xgz.access.actor import NotPermitted
from xgz.files.relay_keys import RelayKeysMissing
from xgz.files.sealed_envelope import new_box_keys, seal_to
from xgz.models import Body, ConsentRecord, NotMe, SelfReport, SelfReportRequest
from xgz.queries.poster_codes import valid_codes
from xgz.relay.codes import digest_of
from xgz.relay.messages import PURPOSE, sealed_claim, sealed_wish
from xgz.relay.store import Claim, Key, Wish
from xgz.rules.bodies import BodyKind
from xgz.rules.roles import Role
from xgz.rules.self_reports import Answers, RequestTopic
from xgz.services.self_reports.fetching import forget_old_pieces, take_in
from xgz.services.self_reports.posters import revoke_poster, rotate_code
from xgz.services.self_reports.relaying import make_relay_keys, relay_keys, take_folder

pytestmark = pytest.mark.django_db
NOW = moment()
HOUR = timedelta(hours=1)
PRIVATE, PUBLIC = new_box_keys()
RECEIPT = "ABCDEFGHJKMN"
KEY = Key(RECEIPT, "6021")


@pytest.fixture
def poster():
    return hang_poster(make_district().qingping)


def _claim(poster, at=NOW, answers=ANSWERS, receipt=RECEIPT, notice=1):
    return sealed_claim(PUBLIC, code_on(poster), Claim(answers, notice), receipt, at)


def _take(*pieces, now=NOW + HOUR):
    named = [(f"{number}.sealed", piece) for number, piece in enumerate(pieces)]
    return take_in(named, private_key=PRIVATE, today=TODAY, now=now)


def test_a_claim_comes_in_as_it_was_sent(poster):
    result = _take(_claim(poster))

    claim = SelfReport.objects.get()
    assert (result.taken, result.known, result.refused) == (1, 0, 0)
    assert (claim.name, claim.phone, claim.channel) == (ANSWERS.name, ANSWERS.phone, "relay")
    assert (claim.consented_at, claim.received_at) == (NOW, NOW + HOUR)
    assert ConsentRecord.objects.get().at == NOW


def test_one_fetched_twice_counts_once_even_after_it_was_taken_back(poster):
    piece = _claim(poster)
    wish = sealed_wish(PUBLIC, Wish(RequestTopic.WITHDRAWAL, key=KEY), NOW + HOUR)
    first = _take(piece)
    again = _take(piece, piece)
    _take(wish)
    after = _take(piece, wish)

    assert (first.taken, again.taken, again.known) == (1, 0, 2)
    assert (after.taken, after.known) == (0, 2)
    assert not SelfReport.objects.exists()


def test_a_claim_and_its_withdrawal_fetched_together_in_the_wrong_order(poster):
    wish = sealed_wish(PUBLIC, Wish(RequestTopic.WITHDRAWAL, key=KEY), NOW + HOUR / 2)
    result = _take(wish, _claim(poster))

    assert result.taken == 2
    assert not SelfReport.objects.exists()
    assert [row.event for row in ConsentRecord.objects.order_by("pk")] == ["given", "withdrawn"]


def test_a_changed_piece_is_refused_and_the_others_go_on(poster):
    piece = _claim(poster)
    changed = piece[:-1] + bytes([piece[-1] ^ 1])
    result = _take(changed, b"", _claim(poster, receipt="NMKJHGFEDCBA"))

    assert (result.taken, result.refused) == (1, 2)
    assert len(result.done) == 3
    assert SelfReport.objects.count() == 1


def test_what_is_sealed_for_another_key_is_left_where_it_is(poster):
    """It opens elsewhere, or here once the right key is back: the pieces here go on."""
    elsewhere = new_box_keys()[1]
    foreign = sealed_claim(elsewhere, code_on(poster), Claim(ANSWERS, 1), RECEIPT, NOW)
    result = _take(foreign, _claim(poster))

    assert result.counts == {"taken": 1, "known": 0, "refused": 0, "foreign": 1}
    assert result.done == ["1.sealed"]


@pytest.mark.parametrize(
    "values",
    [
        {"answers": Answers("张3", ANSWERS.phone)},
        {"answers": Answers("张三", "12345")},
        {"answers": Answers("张三", ANSWERS.phone, last_four="330106199001011234")},
        {"answers": Answers("张三", ANSWERS.phone, branch="x" * 61)},
        {"answers": Answers("张三", ANSWERS.phone, reach="13900001111")},
        {"notice": 99},
    ],
    ids=["name", "phone", "number", "long", "reach", "notice"],
)
def test_what_the_form_would_refuse_is_refused_here_too(poster, values):
    assert _take(_claim(poster, **values)).refused == 1
    assert not SelfReport.objects.exists()


ANSWERED = {"name": "张三", "phone": ANSWERS.phone, "branch": "", "last_four": "", "reach": ""}
NOT_ME = {"topic": "not_me", "phone": "13900001111", "words": ""}
HALF = "\ud800"  # half of a character, as JSON may name it


@pytest.mark.parametrize(
    "said",
    [
        {"claim": {"answers": [], "notice_version": 1}},
        {"claim": {"answers": ANSWERED, "notice_version": "1"}},
        {"claim": {"answers": ANSWERED | {"branch": HALF}, "notice_version": 1}},
        {"claim": {"answers": ANSWERED | {"branch": "a\x00b"}, "notice_version": 1}},
        {"claim": {"answers": ANSWERED | {"reach": 7}, "notice_version": 1}},
        {"claim": {"answers": ANSWERED, "notice_version": 1}, "id": ["a"] * 32},
        {"claim": {"answers": ANSWERED, "notice_version": 1}, "receipt": "x" * 500},
        {"claim": {"answers": ANSWERED, "notice_version": 1}, "at": 5},
        {"claim": []},
        {"wish": []},
        {"wish": NOT_ME | {"phone": "12345"}},
        {"wish": NOT_ME | {"phone": HALF}},
        {"wish": NOT_ME | {"words": "x" * 301}},
        {"wish": NOT_ME | {"words": HALF}},
        {"wish": NOT_ME | {"topic": "complaint"}},
        {"wish": NOT_ME | {"topic": []}},
        {"wish": {"topic": "complaint", "words": "", "key": []}},
        {"wish": {"topic": "complaint", "words": "", "key": {"receipt": RECEIPT, "phone_end": 1}}},
    ],
    ids=str,
)
def test_no_single_piece_holds_up_the_others(poster, said):
    text = {"version": 1, "id": "a" * 32, "at": NOW.isoformat(), "code": code_on(poster)}
    text |= {"receipt": "NMKJHGFEDCBA"} | said
    result = _take(seal_to(PUBLIC, PURPOSE, json.dumps(text).encode()), _claim(poster))

    assert (result.taken, result.refused, len(result.done)) == (1, 1, 2)
    assert SelfReport.objects.get().name == ANSWERS.name
    assert not NotMe.objects.exists()


def test_a_piece_that_met_a_fault_of_ours_stays_and_is_tried_again(poster, monkeypatch):
    def broken(**_given):
        raise LookupError

    name = "xgz.services.self_reports.fetching.rights.say_not_me"
    wish = sealed_wish(PUBLIC, Wish(RequestTopic.NOT_ME, phone="13900001111"), NOW)
    with monkeypatch.context() as patch:
        patch.setattr(name, broken)
        result = _take(wish, _claim(poster))
    assert (result.taken, result.refused, result.done) == (1, 1, ["1.sealed"])

    assert _take(wish).taken == 1
    assert NotMe.objects.count() == 1


def test_a_code_made_up_or_closed_when_it_was_sent_is_refused(poster):
    made_up = sealed_claim(PUBLIC, "x" * 28, Claim(ANSWERS, 1), RECEIPT, NOW)
    assert _take(made_up).refused == 1
    early = _claim(poster, at=NOW - timedelta(days=2))
    assert _take(early).refused == 1
    assert not SelfReport.objects.exists()


def test_wishes_do_what_they_say_or_nothing(poster):
    _take(_claim(poster))
    _take(
        sealed_wish(PUBLIC, Wish(RequestTopic.COMPLAINT, "没人联系", KEY), NOW),
        sealed_wish(PUBLIC, Wish(RequestTopic.COMPLAINT, "别人的", Key(RECEIPT, "0000")), NOW),
        sealed_wish(PUBLIC, Wish(RequestTopic.NOT_ME, "", phone="13900001111"), NOW),
    )

    assert SelfReportRequest.objects.get().words == "没人联系"
    assert NotMe.objects.get().phone == "13900001111"


def test_pieces_are_remembered_longer_than_they_may_be_old(poster):
    piece = _claim(poster)
    _take(piece)
    SelfReport.objects.all().delete()
    later = NOW + timedelta(days=89)
    forget_old_pieces(now=later)
    assert _take(piece, now=NOW + timedelta(days=44)).known == 1
    assert forget_old_pieces(now=NOW + timedelta(days=91)) == 1
    assert _take(piece, now=NOW + timedelta(days=91)).refused == 1
    assert not SelfReport.objects.exists()


def test_the_relay_is_told_of_codes_that_work_and_of_no_others(poster, district_actor):
    old = code_on(poster)
    down = hang_poster(poster.area)
    rotate_code(actor=district_actor, poster=poster, now=NOW)
    revoke_poster(actor=district_actor, poster=down, now=NOW)

    told = {each.digest: each for each in valid_codes(TODAY)}

    assert set(told) == {digest_of(old), digest_of(code_on(poster))}
    assert told[digest_of(old)].valid_to == TODAY + timedelta(days=7)
    assert set(d.digest for d in valid_codes(TODAY + timedelta(days=8))) == {
        digest_of(code_on(poster))
    }


@pytest.fixture
def district_actor():
    from xgz.access.actor import shell_operator

    return shell_operator(TODAY)


@pytest.fixture
def carried(poster, tmp_path, settings, district_actor):
    """A relay's folder carried in, with one claim sealed to the keys of this installation."""
    settings.RELAY_KEYS = tmp_path / "relay.json"
    assert make_relay_keys(actor=district_actor)
    pieces = tmp_path / "box" / "pieces"
    pieces.mkdir(parents=True)
    sealed = sealed_claim(relay_keys().public_box, code_on(poster), Claim(ANSWERS, 1), RECEIPT, NOW)
    (pieces / "aabb.sealed").write_bytes(sealed)
    return pieces


def test_a_folder_carried_in_is_emptied(carried):
    assert take_folder(carried.parent, today=TODAY, now=NOW).taken == 1
    assert not list(carried.iterdir())


def test_without_the_keys_nothing_is_taken_made_or_deleted(carried, settings):
    """A restored site whose keys were not brought back must not throw away what it cannot open."""
    settings.RELAY_KEYS.unlink()

    with pytest.raises(RelayKeysMissing):
        take_folder(carried.parent, today=TODAY, now=NOW)

    assert [path.name for path in carried.iterdir()] == ["aabb.sealed"]
    assert not settings.RELAY_KEYS.exists()


def test_keys_are_made_once_by_whoever_handles_self_reports(carried, district_actor):
    first = relay_keys()

    assert not make_relay_keys(actor=district_actor)
    assert relay_keys() == first
    with pytest.raises(NotPermitted):
        make_relay_keys(actor=actor_as(Role.BUREAU, Body.objects.get(kind=BodyKind.BUREAU)))
