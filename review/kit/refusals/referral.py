"""Refusals of referrals, information requests and learning reviews (§6)."""

from review.kit.refusals.base import NotNow, NotRight, Refusal


class NothingToConsider(Refusal, NotNow):
    sentence = "The CRG has nothing to consider here: {because}."


class ReferralComplete(Refusal, NotNow):
    sentence = "The referral lacks nothing. If something in it is wrong, send a correction that names it."


class NothingLacking(Refusal, NotRight):
    sentence = "Enter what this version lacks: findings are sent back with a list."


class AgenciesAskedAlready(Refusal, NotNow):
    sentence = "The agencies have been asked already. To ask another as well, add it."
