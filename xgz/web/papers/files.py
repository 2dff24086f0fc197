"""Making the files of papers and sending them."""

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from xgz.files.papers.pdf import paper_pdf
from xgz.files.papers.word import paper_word, shipped_template
from xgz.rules.papers.document import Document
from xgz.services.papers import TakenAs

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def paper_response(document: Document, taken_as: TakenAs, template: bytes | None) -> HttpResponse:
    """Return a paper as a PDF to be looked at, or as a Word file to be kept.

    template: the district's own, None for the shipped one. Raises FontMissing or NotMade.
    """
    if taken_as is TakenAs.PDF:
        made, sort = paper_pdf(document, str(settings.PAPER_FONTS)), "application/pdf"
        ending = "pdf"
    else:
        made, sort = paper_word(document, template or shipped_template(document.form)), _WORD
        ending = "docx"
    is_kept = taken_as is TakenAs.WORD
    headers = {
        "Content-Disposition": content_disposition_header(is_kept, f"{document.title}.{ending}")
        or "",
        "Cache-Control": "no-store",
    }
    return HttpResponse(made, content_type=sort, headers=headers)
