"""How words leave the house: mail over SMTP, calendar invites, documents from templates. No rule of the protocol."""
