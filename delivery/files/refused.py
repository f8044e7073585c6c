"""Why a file is not taken: one sentence that says what is in the way, and one that says what to do."""


class FileRefused(Exception):
    """A file that is not kept. `str()` of it is for the person who sent it; it repeats nothing of the file."""


NOTHING = "The file is empty. Choose the file again; if it is empty on your computer too, save it again first."
TOO_LARGE = "The file is larger than {most}. Send a smaller one, or send it in parts."
UNKNOWN = (
    "We cannot take this kind of file. Send a Word document (.docx), PDF, OpenDocument text (.odt), Excel workbook "
    "(.xlsx), comma-separated table (.csv) or a PNG or JPEG picture."
)
OLD = "This is a file of an older Word or Excel. Save it as .docx or .xlsx, then send it."
PASSWORD = "The file is protected by a password. Remove the password, then send it."  # noqa: S105
DAMAGED = "The file is damaged or is not what its name says. Open it, save it again, then send it."
MACROS = "The file holds macros. Save it without macros (as .docx or .xlsx), then send it."
EMBEDDED = "The file holds another file or a program inside it. Take that out, or send it as a file of its own."
OUTSIDE = (
    "The file fetches something from elsewhere, such as a template or a linked table. Break that link, then send it."
)
TEMPLATE = "This is a template. Save it as a document (.docx or .xlsx), then send it."
UNPACKS = "The file unpacks to far more than a document needs. Save it again from Word or Excel, then send it."
FORM = "The PDF holds a form of an old kind (XFA) that most readers cannot show. Print it to PDF, then send that."
FORMULA = "The table holds a formula or a command (a cell that begins with =). Save the values only, then send it."
PICTURE = "The picture has more points than we can take. Make it smaller, then send it."
INFECTED = "The virus scanner refused the file. Do not open it; tell the people who look after your computer."
