"""Documents that hide what they start: written by hand, since a library would not write them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.kernel.errors import DomainError
from portal.kernel.files import check_upload

SCRIPT = "<</S/JavaScript/JS(app.alert(1))>>"


def pdf(action: str = "<</S/GoTo/D[3 0 R/Fit]>>", generation: int = 0, further: str = "null") -> bytes:
    """One page whose opening does `action`, kept as object 4 of this generation; object 5 is `further`."""
    objects = [
        ("1 0", f"<</Type/Catalog/Pages 2 0 R/OpenAction 4 {generation} R>>"),
        ("2 0", "<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        ("3 0", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"),
        (f"4 {generation}", action),
        ("5 0", further),
    ]
    written, places = b"%PDF-1.7\n", [b"0000000000 65535 f \n"]
    for name, content in objects:
        places.append(b"%010d %05d n \n" % (len(written), int(name.split()[1])))
        written += f"{name} obj\n{content}\nendobj\n".encode()
    table = b"xref\n0 %d\n" % len(places) + b"".join(places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places), len(written))
    return written + table + end


@pytest.mark.parametrize("generation", [0, 1])
def test_check_upload_takes_a_pdf_that_only_turns_to_a_page(generation: int) -> None:
    content = pdf(generation=generation)

    assert check_upload(SimpleUploadedFile("log.pdf", content)).content == content


@pytest.mark.parametrize(
    "content",
    [
        pdf(SCRIPT),
        pdf(SCRIPT, generation=1),
        pdf("<</S/J#61vaScript/J#53(app.alert(1))>>"),
        pdf("<</S/Launch/F(cmd.exe)>>"),
        pdf("<</S/Launch/F(cmd.exe)>>", generation=7),
        pdf("<</S 5 0 R/F(cmd.exe)>>", further="/Launch"),
        pdf("<</S/GoTo/D[3 0 R/Fit]/Next[<</S/Launch/F(cmd.exe)>>]>>"),
    ],
    ids=["script", "generation", "spelt", "launch", "launch-generation", "by-reference", "next"],
)
def test_check_upload_finds_what_a_pdf_starts(content: bytes) -> None:
    with pytest.raises(DomainError, match="starts something by itself"):
        check_upload(SimpleUploadedFile("log.pdf", content))
