"""Who gets what at every address: person x URL x expected. tests/test_access.py asks, tests/test_consistency.py compares
with the resolver and walks the same pages.

Expected is a status, or "to NAME" for a redirect to the URL of that name."""

from dataclasses import dataclass, field

SIGN_IN = "to account_login"
ADMIN_SIGN_IN = "to admin:login"
PEOPLE = ("visitor", "holder", "alice", "bob", "charlie", "dana", "tom", "omar", "odile")
VISITORS = ("visitor", "holder")


@dataclass(frozen=True)
class Line:
    """One request to the URL `name`, of the object that the world calls `on`."""

    name: str
    on: str
    expected: dict[str, int | str]
    posted: dict[str, str] | None = None
    query: str = ""

    @property
    def method(self) -> str:
        return "GET" if self.posted is None else "POST"

    def __str__(self) -> str:
        return " ".join(filter(None, [self.method, self.name, self.on, self.query, str(self.posted or "")]))


@dataclass(frozen=True)
class Lines:
    """Lines of one method; `others` is what everybody gets who is not named, `visitors` the two without a sign-in."""

    is_post: bool = False
    lines: list[Line] = field(default_factory=list)

    def add(self, name, on="", others=None, /, visitors=None, posted=None, query="", **named):
        base = dict.fromkeys(PEOPLE, others) | (dict.fromkeys(VISITORS, visitors) if visitors else {})
        posted = (posted or {}) if self.is_post else None
        self.lines.append(Line(name, on, base | named, posted, query))


_get = Lines()

# The portal's frame: open to everybody

_get.add("healthz", "", 200)
_get.add("readyz", "", 200)
_get.add("portal:home", "", 200)
_get.add("portal:programme", "programme", 200)
_get.add("portal:programme", "no programme", 404)
_get.add("portal:notices", "programme", 200)
_get.add("portal:colours", "colour", 200)
_get.add("portal:set_language", "", "to portal:home")  # a GET leads back and sets nothing
_get.add("portal:my_space", "", 200, visitors=SIGN_IN)
_get.add("portal:decide", "request to join", 405, visitors=SIGN_IN)
_get.add("portal:my_data", "", 200, visitors=SIGN_IN)
_get.add("portal:my_data_file", "readable form", 404, visitors=SIGN_IN, alice=200)
_get.add("portal:erase_me", "", 200, visitors=SIGN_IN)
_get.add("portal:erase_me_now", "", 200, visitors=SIGN_IN, dana="to portal:erase_me")
for _page in ("erase_by_link", "erase_by_link_now"):
    _get.add(f"portal:{_page}", "link of who has no login", 200)
    _get.add(f"portal:{_page}", "registration link", 404)  # Alice has a login
    _get.add(f"portal:{_page}", "registration link with one character changed", 404)
_get.add("portal:erased", "", 200)

# Signing in

for _name in ("account_login", "account_request_login_code"):
    _get.add(_name, "", "to portal:my_space", visitors=200, dana="to admin:index")
_get.add("account_confirm_login_code", "", SIGN_IN)
_get.add("account_inactive", "", 200)
_get.add("account_logout", "", 200, visitors="to portal:home")
_get.add("mfa_authenticate", "", "to portal:my_space", visitors=SIGN_IN, dana="to admin:index")
_get.add("mfa_index", "", 200, visitors=SIGN_IN)
_get.add("mfa_reauthenticate", "", 403, visitors=SIGN_IN, dana=200)
_get.add("mfa_activate_totp", "", 200, visitors=SIGN_IN, dana="to mfa_deactivate_totp")
_get.add("mfa_deactivate_totp", "", 404, visitors=SIGN_IN, dana=200)
_get.add("mfa_view_recovery_codes", "", 404, visitors=SIGN_IN, dana=200)
_get.add("mfa_generate_recovery_codes", "", 200, visitors=SIGN_IN, dana=200)

# Taking the diagnostic: what is open to all

_get.add("diagnostics:start", "programme", 200)
_get.add("diagnostics:start", "programme", 200, query="q=fleur")
_get.add("diagnostics:start", "no programme", 404)
_get.add("diagnostics:trades", "programme", 200, query="q=fleur")
_get.add("diagnostics:places", "programme", 200, query="place=nam")
_get.add("diagnostics:leave", "programme", 405)
_get.add("diagnostics:share_device", "programme", 405)
_get.add("diagnostics:join", "", 200)
_get.add("diagnostics:join", "no certificate code", 404)
_get.add("diagnostics:resume", "", 200)
_get.add("diagnostics:resume_link", "kept link", 200)
_get.add("diagnostics:resume_link", "begun link", 200)
_get.add("diagnostics:resume_link", "link with one character changed", 404)
_get.add("diagnostics:shared", "share", 200)
_get.add("diagnostics:shared", "revoked share", 404)
_get.add("trainings:interest_confirm", "interest link", 200)
_get.add("trainings:interest_confirm", "interest link with one character changed", 404)

# A diagnostic is its owner's, or the browser's that began or resumed it: to all others it does not exist

for _of in ("begun", "answered"):
    _get.add("diagnostics:page", f"page of {_of}", 404, alice=200)
    _get.add("diagnostics:finish", _of, 404, alice=200)
    _get.add("diagnostics:result", _of, 404, alice="to diagnostics:finish")
_get.add("diagnostics:page", "no page of begun", 404)
_get.add("diagnostics:page", "page of kept", 404, alice="to diagnostics:result")
_get.add("diagnostics:finish", "kept", 404, alice="to diagnostics:result")
for _of, _owner in (("kept", "alice"), ("held", "holder")):
    _get.add("diagnostics:result", _of, 404, **{_owner: 200})
    _get.add("diagnostics:keep", _of, 404, **{_owner: 200})
_get.add("diagnostics:attach", "kept", 404, visitors=SIGN_IN, alice=200)
_get.add("diagnostics:attach", "held", 404, visitors=SIGN_IN)
_get.add("diagnostics:attach", "begun", 404, visitors=SIGN_IN)
_get.add("diagnostics:report", "kept", 404, alice=200)
_get.add("diagnostics:report", "held", 404, holder="to diagnostics:result")  # none was asked for
_get.add("diagnostics:report_file", "kept", 404, alice=200)
_get.add("diagnostics:report_file", "held", 404)
for _verb in ("go_on", "again", "share", "unshare", "tell_me", "mail_link"):
    _get.add(f"diagnostics:{_verb}", "kept", 405)
_get.add("diagnostics:keep_answer", "page of begun", 405)

# Sessions: open to all once published; Tom gives them. A registration is its owner's, or of who has its link

_get.add("trainings:sessions", "programme", 200)
_get.add("trainings:sessions", "programme", 200, query="near=5000&free=1")
_get.add("trainings:sessions", "no programme", 404)
_get.add("trainings:topics", "programme", 200)
_get.add("trainings:topics", "no programme", 404)
_get.add("trainings:topic", "topic", 200)
_get.add("trainings:topic", "no topic", 404)
for _page in ("session", "session_calendar"):
    _get.add(f"trainings:{_page}", "session", 200)
    _get.add(f"trainings:{_page}", "draft", 404, dana=200, tom=200)
_get.add("diagnostics:room", "session", 404, visitors=SIGN_IN, dana=200, tom=200)  # or who typed the PIN of its door
_get.add("short_address", "address on a poster", "to trainings:session")
_get.add("trainings:register", "session", 200)
_get.add("trainings:register", "draft", 404)
_get.add("trainings:asked", "session", "to trainings:session", holder=200)
_get.add("trainings:registration", "registration link", 200)
_get.add("trainings:registration", "registration link with one character changed", 404)
_get.add("trainings:my_registration", "registration", 404, visitors=SIGN_IN, alice=200)
_get.add("trainings:interest_stop", "interest link", "to trainings:interest_confirm")
_get.add("trainings:interest_stop", "interest link with one character changed", "to trainings:interest_confirm")

# Papers: certificates are for the person, sheets for who gives the session, both for staff; whoever has a code may check it

_get.add("trainings:certificates", "", 200, visitors=SIGN_IN)
for _page in ("certificate", "certificate_file"):
    _get.add(f"trainings:{_page}", "certificate", 404, visitors=SIGN_IN, alice=200)
_get.add("trainings:certificate_issue", "registration", 405, visitors=SIGN_IN)
for _page in ("certificate_by_link", "certificate_file_by_link"):
    _get.add(f"trainings:{_page}", "past registration link", 200)
    _get.add(f"trainings:{_page}", "registration link", 404)  # nothing is earned
    _get.add(f"trainings:{_page}", "registration link with one character changed", 404)
_get.add("trainings:certificate_check", "", 200)
_get.add("trainings:certificate_check", "certificate code", 200)
_get.add("trainings:certificate_check", "no certificate code", 404)
for _page in ("session_sheet", "session_sheet_file", "session_certificates", "session_certificates_file"):
    _get.add(f"trainings:{_page}", "past session", 404, visitors=SIGN_IN, dana=200, tom=200)

# Surveys: the link or the code is the key; the screen and the codes are for who may enter by the door; paper is typed by staff

_get.add("surveys:enter", "session", 403)  # on its day only
_get.add("surveys:enter", "draft", 404)
_get.add("surveys:join", "", 200)
_get.add("surveys:join", "", 404, query="code=AAA-AAA")
_get.add("surveys:answer", "invitation", 200)
_get.add("surveys:answer", "invitation with one character changed", 404)
_get.add("surveys:outcome", "slip link", 200)
_get.add("surveys:outcome", "slip link with one character changed", 404)
for _page in ("screen", "codes"):
    _get.add(f"surveys:{_page}", "session", 404, visitors=SIGN_IN, dana=200, tom=200)
_get.add("surveys:overview", "", 403, visitors=SIGN_IN, dana=200)
for _page in ("sheets", "typing", "results"):
    _get.add(f"surveys:{_page}", "past session", 403, visitors=SIGN_IN, dana=200)
    _get.add(f"surveys:{_page}", "draft", 403, visitors=SIGN_IN, dana=404)
_get.add("surveys:slip", "slip on paper", 403, visitors=SIGN_IN, dana=200)
_get.add("surveys:slip", "slip of another session", 403, visitors=SIGN_IN, dana=404)
for _page in ("paper", "paper_file"):
    _get.add(f"surveys:{_page}", "past session", 404, visitors=SIGN_IN, dana=200, tom=200)

# The door of a session of today: the holder has typed its PIN, Tom gives it, Dana may change registrations

_get.add("trainings:door", "open door", 200)
_get.add("trainings:door", "open door", 403, query="shell", holder=200, dana=200, tom=200)
_get.add("trainings:door", "closed door", 410, dana=200)
_get.add("trainings:door", "door that is not open yet", 403)
_get.add("trainings:door", "door with one character changed", 404)
_get.add("trainings:door_taps", "open door", 403, holder=200, dana=200, tom=200)
_get.add("trainings:door_taps", "closed door", 410, dana=200)
_get.add("trainings:door_taps", "door with one character changed", 404)
_get.add("trainings:door_worker", "open door", 200)
_get.add("trainings:door_worker", "door with one character changed", 404)
for _page in ("door_tap", "door_leave"):
    _get.add(f"trainings:{_page}", "open door", 405)
_get.add("trainings:teaching", "", 403, visitors=SIGN_IN, tom=200)
_get.add("trainings:teaching_session", "session", 403, visitors=SIGN_IN, tom=200)
_get.add("trainings:teaching_session", "session of others", 403, visitors=SIGN_IN, tom=404)

# Figures: for programme staff, and for the ministry without rows (tests/reports/test_pages.py)

for _page, _on in (("figures", "programme"), ("figure", "figure"), ("figure_table", "table of a figure")):
    _get.add(f"reports:{_page}", _on, 403, visitors=SIGN_IN, dana=200)
_get.add("reports:figures", "no programme", 403, visitors=SIGN_IN, dana=404)
_get.add("reports:figure", "no figure", 403, visitors=SIGN_IN, dana=404)
_get.add("reports:figure", "figure", 403, visitors=SIGN_IN, query="since=2026-02-01&until=2026-01-01", dana=422)

# Reports: staff and the ministry have all, officials those of their own cities (tests/reports/test_reports.py); Odile has none

_get.add("reports:reports", "programme", 403, visitors=SIGN_IN, dana=200, omar=200, odile=404)
_OF_A_CITY = {"dana": 200, "omar": 200, "odile": 404}
_get.add("reports:share", "city of Omar", 403, visitors=SIGN_IN, **_OF_A_CITY)
_get.add("reports:poster", "city of Omar", 403, visitors=SIGN_IN, **_OF_A_CITY)
_get.add("reports:poster_file", "city of Omar", 403, visitors=SIGN_IN, **_OF_A_CITY)
_get.add("reports:shop_names", "city of Omar", 403, visitors=SIGN_IN, dana=404, omar=200, odile=404)
_get.add("reports:shop_names_file", "shops of the city of Omar", 403, visitors=SIGN_IN, dana=404, omar=200, odile=404)
for _page, _on in (("turnout", "programme"), ("turnout_file", "turnout as a file")):
    _get.add(f"reports:{_page}", _on, 403, visitors=SIGN_IN, dana=200)
for _page, _on in (("release", "no release"), ("report", "no report"), ("report_file", "no report")):
    _get.add(f"reports:{_page}", _on, 403, visitors=SIGN_IN, dana=404, omar=404, odile=404)

# The admin: Dana has the second factor. What programme staff may do with each model

_ADMIN = {
    # model: list, see one, add, delete
    "accounts_user": (200, 200, 403, 403),
    "businesses_business": (200, 200, 200, 200),
    "businesses_call": (200, 200, 403, 403),
    "businesses_family": (200, 200, 403, 403),
    "businesses_membership": (200, 200, 403, 200),
    "businesses_merge": (200, 200, 403, 403),
    "businesses_person": (200, 200, 200, 200),
    "businesses_subsector": (200, 200, 403, 403),
    "diagnostics_diagnostic": (200, 200, 403, 403),
    "outbox_file": (200, 200, 403, 403),
    "outbox_job": (200, 200, 403, 403),
    "outbox_mail": (200, 200, 403, 403),
    "programmes_campaign": (200, 200, 403, 403),
    "programmes_city": (200, 200, 403, 403),
    "programmes_engagement": (200, 200, 403, 403),
    "programmes_grouping": (200, 200, 403, 403),
    "programmes_mobilisation": (200, 200, 200, 200),
    "programmes_official": (200, 200, 200, 403),
    "programmes_programme": (200, 200, 403, 403),
    "reports_release": (200, 200, 403, 403),
    "surveys_slip": (200, 200, 403, 403),
    "trainings_interest": (200, 200, 403, 200),
    "trainings_module": (200, 200, 200, 200),
    "trainings_registration": (200, 200, 403, 403),
    "trainings_seatevent": (200, 200, 403, 403),
    "trainings_session": (200, 200, 200, 403),
    "trainings_topic": (200, 200, 403, 403),
    "trainings_voucherentry": (200, 200, 403, 403),
}


def _admin(name, on, dana, visitors=SIGN_IN):
    _get.add(f"admin:{name}", on, ADMIN_SIGN_IN, visitors=visitors, dana=dana)


_admin("index", "", 200, ADMIN_SIGN_IN)
_get.add("admin:login", "", 403, visitors=SIGN_IN, dana="to admin:index")
_get.add("admin:logout", "", "to admin:index", visitors=ADMIN_SIGN_IN, dana=405)
_admin("jsi18n", "", 200, ADMIN_SIGN_IN)
_admin("autocomplete", "", 403, ADMIN_SIGN_IN)
_admin("view_on_site", "a thing without a page", 404, ADMIN_SIGN_IN)
_admin("app_list", "app", 200, ADMIN_SIGN_IN)
_admin("accounts_user_invite", "", 200)
_VERBS = {
    "session": ("publish", "close", "reopen", "hold", "cancel", "few", "copy", "register"),
    "registration": ("cancel", "move", "overbook", "helper", "leave_helper"),
}
for _model, _names in _VERBS.items():
    for _verb in _names:
        _admin(f"trainings_{_model}_{_verb}", f"row of {_model}", 200)
_admin("trainings_session_imports", "row of session", 200)
for _page in ("import", "import_columns", "import_mend"):
    _admin(f"trainings_session_{_page}", "list of the session", 200)
    _admin(f"trainings_session_{_page}", "list of another session", 404)
_admin("diagnostics_diagnostic_needs", "", 200)
_admin("diagnostics_diagnostic_needs_csv", "", 200)
_admin("trainings_registration_export", "", 200)
_admin("trainings_registration_export_file", "export", 200)
_admin("trainings_voucherentry_forecast", "", 200)
_admin("trainings_voucherentry_accountant", "row of campaign", 200)
_admin("surveys_slip_outcome", "row of slip", 405)
_admin("programmes_engagement_keep", "row of engagement", 405)
_admin("programmes_engagement_begin", "", 405)
_admin("programmes_engagement_paste", "", 200)
_admin("programmes_engagement_letters", "", 200)
_admin("programmes_engagement_letters_file", "letters", 200)
_get.add("admin:programmes_engagement_download", "", ADMIN_SIGN_IN, visitors=SIGN_IN, query="form=csv", dana=200)
_get.add("admin:programmes_engagement_download", "", ADMIN_SIGN_IN, visitors=SIGN_IN, query="form=pdf", dana=404)
for _model, (_list, _one, _add, _delete) in _ADMIN.items():
    _admin(f"{_model}_changelist", "", _list)
    _admin(f"{_model}_add", "", _add)
    for _page, _expected in (("change", _one), ("history", _one), ("delete", _delete)):
        _admin(f"{_model}_{_page}", _model, _expected)

# What is posted. Where a GET page has the same guard, the row above tells; here what a POST does in the wrong hands

_post = Lines(is_post=True)
_post.add("healthz", "", 405)
_post.add("readyz", "", 405)
_post.add("portal:home", "", 405)
_post.add("portal:programme", "programme", 405)
_post.add("portal:notices", "programme", 405)
_post.add("portal:my_space", "", 405, visitors=SIGN_IN)
_post.add("portal:my_data", "", "to portal:my_data", visitors=SIGN_IN)
_post.add("portal:my_data_file", "readable form", 405, visitors=SIGN_IN)
_post.add("portal:erase_me", "", 405, visitors=SIGN_IN)
_post.add("portal:erase_me_now", "", 422, visitors=SIGN_IN, posted={"word": "no"}, dana="to portal:erase_me")
_post.add("portal:erase_by_link", "link of who has no login", 405)
_post.add("portal:erase_by_link_now", "link of who has no login", 422, posted={"word": "no"})
_post.add("portal:erase_by_link_now", "registration link", 404, posted={"word": "erase"})
_post.add("portal:erased", "", 405)
_post.add("portal:set_language", "", "to portal:home", posted={"language": "en", "next": "/"})
_post.add("portal:decide", "request to join", 404, visitors=SIGN_IN, alice="to portal:my_space")
_post.add("account_logout", "", "to portal:home")
_post.add("mfa_deactivate_totp", "", 404, visitors=SIGN_IN, dana="to mfa_index")
_post.add("mfa_generate_recovery_codes", "", 200, visitors=SIGN_IN, dana="to mfa_view_recovery_codes")
_post.add("diagnostics:start", "programme", 422, posted={"place": "5000"})
_post.add("diagnostics:trades", "programme", 405)
_post.add("diagnostics:places", "programme", 405)
_post.add("diagnostics:leave", "programme", "to diagnostics:start")
_post.add("diagnostics:share_device", "programme", "to diagnostics:start")
_post.add("diagnostics:join", "", 405)
_post.add("diagnostics:room", "session", 405)
_post.add("diagnostics:resume", "", 422, posted={"code": "AAAA-AAAA"})
_post.add("diagnostics:resume_link", "begun link", "to diagnostics:page")
_post.add("diagnostics:resume_link", "kept link", "to diagnostics:result")
_post.add("diagnostics:resume_link", "link with one character changed", 404)
_post.add("diagnostics:shared", "share", 405)
_post.add("diagnostics:page", "page of begun", 404, alice="to diagnostics:page")
_post.add("diagnostics:keep_answer", "page of begun", 404, alice=200)
_post.add("diagnostics:keep_answer", "page of kept", 404, alice=204)
_post.add("diagnostics:finish", "begun", 404, alice="to diagnostics:result")
_post.add("diagnostics:go_on", "begun", 404, alice="to diagnostics:page")
for _of, _owner in (("kept", "alice"), ("held", "holder")):
    _post.add("diagnostics:result", _of, 405)
    _post.add("diagnostics:keep", _of, 405)
    _post.add("diagnostics:again", _of, 404, **{_owner: "to diagnostics:page"})
    _post.add("diagnostics:share", _of, 404, **{_owner: "to diagnostics:result"})
    _post.add("diagnostics:unshare", _of, 404, **{_owner: "to diagnostics:result"})
    _post.add("diagnostics:report", _of, 404, **{_owner: "to diagnostics:report"})
    _post.add("diagnostics:report_file", _of, 405)
    _post.add("diagnostics:mail_link", _of, 404, posted={"email": "x@example.org"}, **{_owner: "to diagnostics:keep"})
_post.add("diagnostics:again", "begun", 404)
_post.add("diagnostics:tell_me", "kept", 404, posted={"topic": "photos"}, alice="to diagnostics:result")
_post.add("diagnostics:tell_me", "held", 404, posted={"topic": "photos"}, holder=200)  # asks for an address
_post.add("diagnostics:tell_me", "begun", 404, posted={"topic": "photos"})
_post.add("diagnostics:attach", "kept", 404, visitors=SIGN_IN, posted={"name": ""}, alice=422)
_post.add("diagnostics:attach", "held", 404, visitors=SIGN_IN)
_post.add("trainings:interest_confirm", "interest link", "to trainings:interest_confirm")
_post.add("trainings:interest_confirm", "interest link with one character changed", 404)
for _page in ("sessions", "topics"):
    _post.add(f"trainings:{_page}", "programme", 405)
_post.add("trainings:topic", "topic", 422, posted={"place": ""})
_post.add("trainings:session", "session", 405)
_post.add("trainings:register", "session", 422, posted={"name": ""})
_post.add("trainings:register", "draft", 404)
_post.add("trainings:asked", "session", 405)
_post.add("trainings:registration", "registration link", "to trainings:registration", posted={"do": "cancel"})
_post.add("trainings:registration", "registration link with one character changed", 404, posted={"do": "cancel"})
_post.add(
    *("trainings:my_registration", "registration", 404),
    visitors=SIGN_IN,
    posted={"do": "cancel"},
    alice="to trainings:my_registration",
)
_post.add("trainings:interest_stop", "interest link", 200)
_post.add("trainings:interest_stop", "interest link with one character changed", 404)
_post.add("trainings:certificates", "", 405, visitors=SIGN_IN)
_post.add("trainings:certificate", "certificate", 404, visitors=SIGN_IN, alice="to trainings:certificate")
_post.add("trainings:certificate_issue", "past registration", 404, visitors=SIGN_IN, alice="to trainings:certificate")
_post.add("trainings:certificate_issue", "registration", 404, visitors=SIGN_IN, alice="to trainings:certificates")
_post.add("trainings:certificate_by_link", "past registration link", "to trainings:certificate_by_link")
_post.add("trainings:certificate_by_link", "registration link", 404)
_post.add("trainings:certificate_check", "", 405)
for _page in ("session_sheet", "session_certificates"):
    _to = f"to trainings:{_page}"
    _post.add(f"trainings:{_page}", "past session", 404, visitors=SIGN_IN, dana=_to, tom=_to)
_post.add("surveys:enter", "session", 403, posted={"code": "0000"})
_post.add("surveys:join", "", 405)
_post.add("surveys:answer", "invitation", "to surveys:answer", posted={"useful": "useful"})
_post.add("surveys:answer", "invitation with one character changed", 404, posted={"useful": "useful"})
_post.add("surveys:outcome", "slip link", "to surveys:outcome", posted={"outcome": "done"})
_post.add("surveys:outcome", "slip link with one character changed", 404, posted={"outcome": "done"})
for _page in ("screen", "codes"):
    _post.add(f"surveys:{_page}", "session", 405)
for _page in ("overview", "results"):
    _post.add(f"surveys:{_page}", "" if _page == "overview" else "past session", 405, visitors=SIGN_IN)
_post.add("surveys:sheets", "past session", 403, visitors=SIGN_IN, posted={"head": "x"}, dana=404)
_post.add("surveys:typing", "past session", 403, visitors=SIGN_IN, dana=200)  # nothing was taken in
_post.add("surveys:slip", "slip on paper", 403, visitors=SIGN_IN, posted={"name": ""}, dana=422)
_post.add("surveys:paper", "past session", 404, visitors=SIGN_IN, dana="to surveys:paper", tom="to surveys:paper")
_post.add("trainings:door", "open door", 422, posted={"pin": "x"})
_post.add("trainings:door", "closed door", 410, posted={"pin": "x"}, dana=422)
_post.add("trainings:door", "door with one character changed", 404, posted={"pin": "x"})
_post.add("trainings:door_tap", "open door", "to trainings:door", holder=422, dana=422, tom=422)
_post.add("trainings:door_tap", "door with one character changed", 404)
_post.add("trainings:door_taps", "open door", 403, holder=400, dana=400, tom=400)
_post.add("trainings:door_taps", "door with one character changed", 404)
_post.add("trainings:door_leave", "open door", "to trainings:door", tom="to trainings:teaching")
_post.add("trainings:door_leave", "door with one character changed", 404)
_post.add("trainings:door_worker", "open door", 405)
_post.add("trainings:teaching", "", 405, visitors=SIGN_IN)
for _page, _on in (("figures", "programme"), ("figure", "figure"), ("figure_table", "table of a figure")):
    _post.add(f"reports:{_page}", _on, 405, visitors=SIGN_IN)
_post.add("reports:reports", "programme", 403, visitors=SIGN_IN, dana=422, omar=422, odile=404)
_post.add(
    *("reports:poster", "city of Omar", 403),
    visitors=SIGN_IN,
    dana="to reports:poster",
    omar="to reports:poster",
    odile=404,
)
for _page, _on in (
    *((_page, "city of Omar") for _page in ("share", "poster_file", "shop_names")),
    *(
        ("shop_names_file", "shops of the city of Omar"),
        ("turnout", "programme"),
        ("turnout_file", "turnout as a file"),
    ),
):
    _post.add(f"reports:{_page}", _on, 405, visitors=SIGN_IN)
_post.add("reports:release", "no release", 403, visitors=SIGN_IN, dana=404, omar=404, odile=404)
for _page in ("report", "report_file"):
    _post.add(f"reports:{_page}", "no report", 405, visitors=SIGN_IN)
_post.add("trainings:teaching_session", "session", 405, visitors=SIGN_IN)
for _model, _names in _VERBS.items():
    for _verb in _names:
        _asks = _verb in {"copy", "register", "few", "move"} or (_model, _verb) == ("session", "cancel")
        _dana = 200 if _asks else f"to admin:trainings_{_model}_change"
        _post.add(f"admin:trainings_{_model}_{_verb}", f"row of {_model}", ADMIN_SIGN_IN, visitors=SIGN_IN, dana=_dana)
_post.add("admin:trainings_session_imports", "row of session", ADMIN_SIGN_IN, visitors=SIGN_IN, dana=200)
for _page, _dana in (("import", "to admin:trainings_session_import"), ("import_columns", 200)):
    _post.add(
        *(f"admin:trainings_session_{_page}", "list of the session", ADMIN_SIGN_IN),
        visitors=SIGN_IN,
        posted={"apply": "x"} if _page == "import" else {"column-0": ""},
        dana=_dana,
    )
    _post.add(
        *(f"admin:trainings_session_{_page}", "list of another session", ADMIN_SIGN_IN), visitors=SIGN_IN, dana=404
    )
for _model, (_list, _one, _add, _delete) in _ADMIN.items():
    _post.add(f"admin:{_model}_add", "", ADMIN_SIGN_IN, visitors=SIGN_IN, dana=_add)
    _post.add(f"admin:{_model}_delete", _model, ADMIN_SIGN_IN, visitors=SIGN_IN, dana=_delete)
_post.add(
    *("admin:surveys_slip_outcome", "row of slip", ADMIN_SIGN_IN),
    visitors=SIGN_IN,
    posted={"outcome": "done"},
    dana="to admin:surveys_slip_change",
)
_post.add("admin:accounts_user_invite", "", ADMIN_SIGN_IN, visitors=SIGN_IN, dana=200)
_post.add("admin:trainings_registration_export_file", "export", ADMIN_SIGN_IN, visitors=SIGN_IN, dana=405)
_post.add(
    *("admin:trainings_registration_export", "", ADMIN_SIGN_IN),
    visitors=SIGN_IN,
    posted={"form": "csv", "key": "00000000-0000-4000-8000-000000000000"},
    dana="to admin:trainings_registration_export",
)
for _page, _on, _dana in (
    ("keep", "row of engagement", 422),
    ("begin", "", "to admin:programmes_engagement_changelist"),
    ("download", "", 405),
    ("paste", "", 422),
    ("letters", "", 422),
    ("letters_file", "letters", 405),
):
    _post.add(f"admin:programmes_engagement_{_page}", _on, ADMIN_SIGN_IN, visitors=SIGN_IN, dana=_dana)

GETS = tuple(_get.lines)
POSTS = tuple(_post.lines)
