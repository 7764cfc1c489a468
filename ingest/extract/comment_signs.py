"""The signs of readers' comments: how containers, headings and links to reply are named, in many languages."""

from __future__ import annotations

import re


def _any(words: str, separator: str | None = None) -> str:
    return f"(?:{'|'.join(word.strip() for word in words.split(separator))})"


# The word for a comment, as labels of elements spell it.
WORD = _any(
    r"comment(?:s|i|o|ing|aires?|aries)? kommentar(?:e|er|en|erna|ii|ij|i|y)? komm?enta+r(?:id)? komment(?:ek|i|it|ti) "
    r"komentar(?:e|i|ji|ai|iai|z|ze|zy|y|o)? comentari(?:o|os|i|u|a)? reacties? yorum(?:lar)? hozzaszolas(?:ok)? "
    r"diskuz[ei] diskus(?:e|ia) talkbacks? leser(?:beitraege|briefe|meinung(?:en)?) binh-?luan sxolia otzyvy"
)
_PLURAL = _any(
    "comments commentaires commenti kommentare kommentarer komentarze comentarios reacties yorumlar talkbacks "
    "[a-z]+[-_]{0,2}(?:list|section|thread|modul)"
)
_OWNER = _any(
    "the all post article reader readers user users news entry story view show blog page js id c m o wp single leser "
    "fb latest recent public node field item site main load user-?generated ugc"
)
_PART = _any(
    "sections? list liste lista lijst div con modules? threads? area container wrapper wrap box block blocks stream "
    "content template embed pane panel holder main form widget inner root app feed page items outer tab region "
    "zone body-?list respond reply-?form display view group card-?list "
    "overview component drawer sidebar frame iframe target here loop tree"
)
# Makers of comment systems name their elements after themselves.
_PLATFORM = _any(
    "disqus[-_]?(?:thread|container|wrapper|comments|recommendations|embed)? dsq-.* livefyre.* fyre(?:-.*)? "
    "lf-comments coral-?(?:talk|stream|thread|embed|comments?).* coral_thread talk-(?:stream|embed|comments?|thread).* "
    "spot-?im(?:-.*)? spotim.* spcv[-_].* openweb.* ow-(?:comments|conversation).* viafoura.* "
    "vf-(?:comments|conversations?|widget).* hypercomments.* hc-(?:widget|comments) cackle.* mc-container "
    "intensedebate.* idc-.* gitalk.* utterances giscus remark42.* isso(?:-thread)? hyvor-?talk.* commento(?:-.*)? "
    "cusdis.* fastcomments.* graphcomment.* vuukle.* insticator.*comment.* gig(?:ya)?-?comments.* muut(?:-.*)? "
    "twikoo.* waline.* vcomments? artalk.* replybox.* jcomments?.* jc-comments komento.* kmt-.* wpdiscuz.* wpdcom "
    "wpd-(?:threads?|comments?|form|wrapper).* wc-(?:thread|comment).* fb[-_:]?comments?.* facebook-?comments?.* "
    "amp-facebook-comments vk[-_]comments? cmt-?(?:list|area|block|wrap|items?) cmts b-(?:tree|leaf)(?:-comments?)? "
    "ljcmt.* respond comment-?respond commentlist comol (?:article|reader|user)-?discussion "
    "user-?(?:posts|opinions) forum-?postings? field-+name-(?:field-)?comments? field-+type-comment"
)
_SYSTEM = rf"(?!(?:no|has|with|without|can|open|add|hide|show)[-_])[a-z0-9]{{2,15}}[-_]{{1,2}}(?={_PLURAL})"
_PATH = rf"(?:[a-z0-9]{{2,20}}[-_]{{1,2}}){{2,4}}(?={_PLURAL}$)"
_CONTAINER = re.compile(
    rf"(?:{_OWNER}[-_]{{0,2}}|{_SYSTEM}|{_PATH})?{WORD}(?:[-_]{{0,2}}{_PART})*\d*|{_PLATFORM}",
)
_NOUN = _any(
    r"comments?|kommentar(?:e|er|erna)?|leserkommentare?|leserbriefe?|leserzuschriften|lesermeinung(?:en)?|"
    r"commentaires?|comentarios?|comentários?|comentaris|comentarii|commenti|commento|reacties?|reactions?|réactions?|"
    r"kommentit|kommenttia?|komentarz[ye]?|komentáře|komentářů|komentáre|komentari|komentarai|komentāri|"
    r"kommentaarid?|diskuze|diskuse|diskusia|hozzászólás(?:ok)?|yorum(?:lar)?|σχόλια|комментари(?:и|й|я|ев)|"
    r"коментар(?:і|и|ів|а)?|评论|評論|留言|コメント|댓글|תגובות|التعليقات|تعليقات|نظرات|bình luận|komentar|ความคิดเห็น|"
    r"टिप्पणियाँ|talkbacks?|postings?|responses?|replies|readers['’]?\s(?:views|opinions|letters)|antworten|diskussion",
    "|",
)
_DETERMINER = _any(
    "an?|one|ein|eine|un|une|una|uno|en|ett|één|all|alle|show|view|read|see|hide|join|reader|readers['’]?|user|"
    "users['’]?|your|our|the|les|los|las|os|i|de|die|der|post|article|latest|recent|top|tous|todos|tutti|zu|zum|den|"
    "vos|votre|ihre?|deine?",
    "|",
)
_OF_WHAT = _any(
    "sections?|area|thread|zu diesem (?:artikel|beitrag)|zum (?:artikel|thema|beitrag)|on this (?:story|article|post)|"
    "der leser|des (?:lecteurs|internautes)|de (?:los )?lectores|dos leitores|dei lettori",
    "|",
)
_SAID = re.compile(
    rf"(?:\(?\d[\d.,]{{0,8}}\)?\s)?(?:{_DETERMINER}\s){{0,3}}(?:\d{{1,6}}\s)?{_NOUN}(?:\s{_OF_WHAT})?\s?[:(\[·-]?\s?\d{{0,6}}\s?[)\]]?",
    re.IGNORECASE,
)
_ANSWERS = _any(
    "thoughts? responses? replies comments? kommentare? antwort(?:en)? gedanken? réflexions? réponses? commentaires? "
    "comentarios? comentários? respuestas? respostas? pensieri commenti reacties? gedachten?"
)
_ANSWERED = re.compile(
    rf"(?:\d{{1,6}}|an?|one|ein|eine|un|une|una|één)\s{_ANSWERS}\s(?:on|to|zu|auf|sur|à|en|sobre|em|su|a|op|über)\b.*",
    re.IGNORECASE,
)
MAX_HEADING_CHARACTERS = 200
_REPLY = re.compile(
    _any(
        "reply|reply to this|reply to this comment|reply to comment|antworten|antwort|auf diesen kommentar antworten|"
        "kommentar beantworten|répondre|répondre à ce commentaire|responder|responder a este comentario|contestar|"
        "rispondi|beantwoorden|reageer|reageren|antwoorden|odpowiedz|svar|svara|besvar|vastaa|yanıtla|cevapla|"
        "cevap ver|ответить|відповісти|отговори|отговор|odpovědět|odpovedať|reagovat|odgovori|válasz|válaszol|"
        "răspunde|απάντηση|返信|返信する|回复|回覆|답글|답글 달기|"
        "balas|trả lời|ตอบกลับ|जवाब दें|رد|الرد|پاسخ|הגב|השב|respondre|"
        "erantzun|vasta|atbildēt|atsakyti|одговори",
        "|",
    )
)
MAX_REPLY_CHARACTERS = 40


# Something of this is in every label that the pattern above matches; most elements need no second look.
_TRIGGERS = (
    "omment", "koment", "reactie", "omentari", "yorum", "hozzasz", "diskuz", "diskus", "talkback", "leser", "luan",
    "sxolia", "otzyv", "disq", "dsq", "fyre", "lf-", "coral", "talk-", "spot", "spcv", "openweb", "ow-", "viafoura",
    "vf-", "hyper", "hc-", "cackle", "mc-", "intense", "idc-", "gitalk", "utter", "giscus", "remark", "isso",
    "cusdis", "vuukle", "gig", "muut", "twikoo", "waline", "artalk", "replybox", "jc", "kmt", "wpd", "wc-", "cmt",
    "b-tree", "b-leaf", "respond", "comol", "discussion", "user", "forum",
)  # fmt: skip
_MAY_NAME = re.compile("|".join(_TRIGGERS))


def may_name(labels: str) -> bool:
    """Tell, at a quick look, whether labels in small letters may hold one that `is_named` knows."""
    return _MAY_NAME.search(labels) is not None


def is_named(label: str) -> bool:
    """Tell whether a label, in `kebab-case`, is what a container of comments is called."""
    return _CONTAINER.fullmatch(label) is not None


def announces(text: str) -> bool:
    """Tell whether a short text is the heading of a thread (`3 Comments`, `Kommentare (3)`, `One response to ...`)."""
    said = " ".join(text[: 2 * MAX_HEADING_CHARACTERS].split())
    if not 0 < len(said) <= MAX_HEADING_CHARACTERS:
        return False
    return _SAID.fullmatch(said) is not None or _ANSWERED.fullmatch(said) is not None


def offers_reply(text: str) -> bool:
    """Tell whether the text of a link or a button is `reply`."""
    return (
        0 < len(text) <= MAX_REPLY_CHARACTERS
        and _REPLY.fullmatch(text.strip(" \t\r\n»›→↩.:()[]").casefold()) is not None
    )
