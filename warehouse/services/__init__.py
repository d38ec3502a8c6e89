"""Use cases: one function each, `verb_noun(session, request) -> outcome`; none commits."""
