"""The pages of a shift as people use them: two taps for a problem, a handover two sign, a badge for a shift."""

from urllib.parse import urlencode

from tests.serving import CSRF, Answered, Serving
from warehouse.domain.codes import Role

FORM = {"Content_Type": "application/x-www-form-urlencoded", "X_CSRF_Token": "", "Accept": "text/html"}
PAGE = {"Accept": "text/html"}


def submit(server: Serving, path: str, who: str, **fields: object) -> Answered:
    body = urlencode({"csrf_token": CSRF, **fields}).encode()
    return server.request("POST", path, who=who, body=body, **FORM)


def page(server: Serving, path: str, who: str) -> str:
    return server.request("GET", path, who=who, **PAGE).body.decode()


def test_one_tile_tells_a_problem_and_the_answer_is_there_for_everybody(server: Serving) -> None:
    assert submit(server, "/voices", "Ana", tile="problem:cart", text="The wheel squeaks").status == 303
    assert "The wheel squeaks" in page(server, "/voices", "Ben")
    key = server.request("GET", "/api/v1/voices", who="Ben").json()["items"][0]["id"]
    answer = {"state": "done", "answer": "New wheels are on."}
    assert submit(server, f"/voices/{key}/answer", "Ben", **answer).status == 403
    assert submit(server, f"/voices/{key}/answer", "Lea", **answer).status == 303
    assert "New wheels are on." in page(server, "/voices", "Ana")


def test_who_came_from_a_desk_goes_back_to_it_also_after_telling(server: Serving) -> None:
    assert 'href="/pick"' in page(server, "/voices?from=pick", "Ana").partition("<main")[2]
    told = submit(server, "/voices?from=pick", "Ana", tile="idea:cart")
    assert (told.status, told.headers["Location"]) == (303, "/voices?did=told&from=pick")
    assert "Back to" not in page(server, "/voices?from=//elsewhere.example", "Ana") + page(server, "/voices", "Ana")


def test_a_tile_that_does_not_exist_is_refused(server: Serving) -> None:
    assert submit(server, "/voices", "Ana", tile="gossip:colleague").status == 400


def test_a_shift_is_signed_by_two_and_its_lessons_greet_everybody(server: Serving) -> None:
    assert server.request("GET", "/handover", who="Ana", **PAGE).status == 403
    texts = {"note": "For leads", "went_wrong": "Two labels swapped", "learnt": "One printer a bench"}
    assert submit(server, "/handover", "Lea", **texts).status == 303
    key = server.request("GET", "/api/v1/handovers", who="Lea").json()["items"][0]["id"]
    assert submit(server, f"/handover/{key}/take", "Lea").status == 403
    assert submit(server, f"/handover/{key}/take", "Ida").status == 303
    assert server.request("GET", "/api/v1/handovers", who="Lea").json()["items"][0]["incoming"] == "Ida"
    home = page(server, "/", "Ben")
    assert ("Two labels swapped" in home, "One printer a bench" in home, "For leads" in home) == (True, True, False)


def test_a_lead_gives_a_badge_for_a_shift_and_not_for_an_admin(server: Serving) -> None:
    keys = {one["name"]: one["id"] for one in server.request("GET", "/api/v1/users", who="Lea").json()["items"]}
    shown = submit(server, f"/admin/people/{keys['Ana']}/temporary-badge", "Lea", new_pin="yes")
    text = shown.body.decode()
    assert (shown.status, "For Ana" in text, '<dd class="code">U:' in text) == (200, True, True)
    assert submit(server, f"/admin/people/{keys['Ida']}/temporary-badge", "Lea").status == 403
    assert submit(server, f"/admin/people/{keys['Ana']}/temporary-badge", "Ben").status == 403


def test_a_guide_is_acknowledged_in_the_version_that_was_read(server: Serving) -> None:
    assert "Picking in six steps" in page(server, "/guides/picker", "Ana")
    assert submit(server, "/guides/picker/read", "Ana", version=999).status == 400
    assert submit(server, "/guides/picker/read", "Ana", version=1).status == 303
    assert "You have read this version" in page(server, "/guides/picker", "Ana")
    assert server.request("GET", "/guides/porter", who="Ana", **PAGE).status == 404


def test_every_role_has_a_guide_and_a_tile_that_leads_to_it(server: Serving) -> None:
    tiles = page(server, "/guides", "Ana")
    for role in Role:
        assert f'href="/guides/{role}"' in tiles
        assert page(server, f"/guides/{role}", "Ana").count('guide-step"') == 6


def test_one_sees_ones_own_training_and_a_lead_everybodys(server: Serving) -> None:
    own, everybody = page(server, "/guides", "Ana"), page(server, "/guides", "Lea")
    assert ("<strong>Ben</strong>" in own, "<strong>Ben</strong>" in everybody) == (False, True)


def test_a_pause_begins_and_ends_over_http(server: Serving) -> None:
    headers = {"Content_Type": "application/json"}
    begun = server.request("POST", "/api/v1/pause", who="Ana", body=b"{}", **headers).json()
    ended = server.request("DELETE", "/api/v1/pause", who="Ana").json()
    assert (begun["ended_at"], ended["started_at"], ended["ended_at"] is None) == (None, begun["started_at"], False)
    assert server.request("DELETE", "/api/v1/pause", who="Ana").json() is None


def test_what_was_told_long_ago_can_still_be_read_and_answered(server: Serving) -> None:
    for number in range(52):
        assert submit(server, "/voices", "Ana", tile="idea:shelf", text=f"Idea number {number}.").status == 303
    first = page(server, "/voices?from=pick", "Lea")
    older = first.partition('href="/voices?from=pick&amp;after=')[2].partition('"')[0]
    then = page(server, f"/voices?from=pick&after={older}", "Lea")
    assert [("Idea number 51." in text, "Idea number 1." in text) for text in (first, then)] == [
        (True, False),
        (False, True),
    ]
    assert 'href="/pick"' in then
    assert "before=" not in then.partition("<main")[2]
