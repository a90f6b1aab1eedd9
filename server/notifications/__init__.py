"""Messages to patients outside the program: neutral texts, sent by e-mail and by text message."""
