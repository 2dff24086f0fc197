"""What a clerk reads: two sentences for every evidence, without figures, nothing stated as a fact."""

import re
from itertools import product

from xgz.rules.linkage.evidence import (
    AddressLevel,
    BornLevel,
    Evidence,
    IdLevel,
    NameLevel,
    PhoneLevel,
    SexLevel,
)
from xgz.rules.linkage.wording import AGREES, DIFFERS, MISSING, reason

N, I, B, P, A, S = NameLevel, IdLevel, BornLevel, PhoneLevel, AddressLevel, SexLevel  # noqa: E741
# What would say that two entries are one person, or that somebody is a member (P04).
ASSERTIONS = re.compile(
    "是同一|就是|确定|肯定|确认|党员|本人|概率|可能性|分数|得分|评分|匹配度|%|[0-9]"
)


def test_every_level_that_says_something_has_its_words_once():
    for levels in (N, I, B, P, A, S):
        worded = [*AGREES.get(levels, {}), *DIFFERS.get(levels, {})]
        assert sorted(worded) == sorted(level for level in levels if level)


def test_unknown_is_only_ever_missing():
    assert {level for table in MISSING.values() for level in table} == {0}


def test_the_example_of_the_paper():
    evidence = Evidence(N.ONE_OTHER, S.SAME, B.SAME, I.UNKNOWN, P.SAME, A.ELSEWHERE)

    assert reason(evidence) == "姓名一字之差、出生日期一致、手机号一致。地址不同。"


def test_what_is_missing_is_said_where_nothing_differs():
    evidence = Evidence(N.SAME, S.UNKNOWN, B.UNKNOWN, I.UNKNOWN, P.SAME, A.UNKNOWN)

    assert reason(evidence) == "姓名一致、手机号一致。身份号码、出生日期缺少或无法比对。"


def test_two_sentences_for_everything_without_figures_and_claims():
    for levels in product(N, (S.UNKNOWN, S.DIFFERENT), (B.UNKNOWN, B.SAME, B.DIFFERENT), I, P, A):
        sentences = reason(Evidence(*levels))
        assert sentences.count("。") == 2
        assert sentences.endswith("。")
        assert not ASSERTIONS.search(sentences)
