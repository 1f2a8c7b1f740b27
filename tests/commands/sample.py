"""A few articles and posts, made for these tests."""

from typing import Any

HARBOUR = (
    "해문항 제3부두의 낡은 기중기 네 대가 오는 5월 모두 철거된다. 해문항만공사는 지난 12일 이사회를 열어"
    " 1978년에 세운 기중기를 헐고 그 자리에 작은 배가 대는 물양장과 시민 산책길을 만들기로 했다고 밝혔다.\n"
    "철거에는 석 달이 걸린다. 공사는 소음을 줄이려고 낮 열한 시부터 다섯 시까지만 일하고, 잘라 낸 쇠는"
    " 배로 실어 나르기로 했다. 기중기 한 대의 무게는 320톤에 이른다.\n"
    "부두에서 서른 해를 일한 하역 노동자 국재필 씨는 “밤마다 저 불빛을 보고 집에 갔다”며 “하나쯤은 남겨"
    " 두었으면 했다”고 말했다. 공사는 조종실 한 칸을 떼어 내 전시하는 방안을 살피고 있다.\n"
    "주민들의 생각은 갈린다. 부두 앞 상인회는 길이 열리면 손님이 늘 것으로 기대하지만, 어민들은 공사"
    " 동안 배를 댈 곳이 모자란다며 임시 계류장을 먼저 만들어 달라고 요구했다."
)
LIBRARY = (
    "다온시 도서관 여덟 곳이 다음 달부터 책을 빌릴 때 도장을 찍어 주던 옛 방식을 되살린다. 종이 대출"
    " 카드를 다시 만들고, 빌린 사람이 원하면 이름 대신 별명을 적을 수 있게 했다.\n"
    "시작은 한 사서의 제안이었다. 사서 남궁솔 씨는 오래된 책 뒤에 남은 카드에서 쉰 해 전 이웃의 이름을"
    " 발견한 뒤 전시를 열었고, 석 달 동안 이만 명이 다녀갔다.\n"
    "시는 올해 카드 삼만 장을 찍는다. 전산 기록은 그대로 두되 카드는 책에 남겨 다음 사람이 볼 수 있게"
    " 한다. 개인 정보가 걱정된다는 의견에 따라 별명은 시가 정한 낱말에서 고른다."
)
ARTICLES: list[dict[str, Any]] = [
    {
        "id": "harbour",
        "url": "https://news.example/1",
        "title": "해문항 낡은 기중기 네 대 5월 철거",
        "text": HARBOUR,
        "published_at": "2026-03-12T09:00:00+09:00",
        "publisher": "물결통신",
    },
    {"id": "library", "title": "도서관에 돌아온 대출 카드", "text": LIBRARY},
]
KEYWORD = "다온누수탐지"
SPAM: dict[str, Any] = {
    "id": "s1",
    "board": "free",
    "title": HARBOUR[:17],
    "text": f"{KEYWORD}\n{HARBOUR[:300]}{HARBOUR[:260]}\n{KEYWORD}\n010-0000-2875",
    "author": "min2",
    "posted_at": "2026-03-13 10:20",
}
GENUINE: dict[str, Any] = {
    "id": "g1",
    "board": "free",
    "title": "자전거 보관대 질문",
    "text": "후문 쪽 자전거 보관대가 어제부터 잠겨 있던데 언제 열리는지 아시는 분 있나요?",
}
POSTS = [SPAM, GENUINE]
COLLAGE = {
    "id": "c1",
    "board": "free",
    "title": "모음",
    "text": f"{HARBOUR[:260]}\n{LIBRARY[:240]}",
}
WICKED = {
    "id": "w1",
    "board": "\x1b]0;owned\x07",
    "title": "[bold red]\x1b[2J제목\u202e뒤집힘",
    "author": "[/]",
    "text": f"{HARBOUR[:320]}\n[link=https://a.example ]\x1b[31m{KEYWORD}\x9b0m",
}
"""Writing that would drive a terminal, or rich."""
