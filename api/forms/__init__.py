"""API: the form of a fact, made from the fact's own class. Pure: it knows no request, no case and no clock."""

from api.forms.describe import described as described
from api.forms.fill import filled as filled
from api.forms.question import Kind as Kind
from api.forms.question import Option as Option
from api.forms.question import Question as Question
from api.forms.question import Typed as Typed
from api.forms.read import Read as Read
from api.forms.read import read as read
