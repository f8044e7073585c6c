"""What every model of ours is made from. Pure."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A model whose errors name the field and what is wrong with it, and never repeat what was sent: that may be
    about a child, and errors end in logs and in Temporal.
    """

    model_config = ConfigDict(hide_input_in_errors=True)
