package io.sketchstream.endtoend;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Mouse.MoveOptions;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.FilePayload;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Drawing, layout and accessibility.
final class WebPageTest extends WebPageFixture {
  @Test
  void showsHitsWhileDrawing() {
    page.drawCircle();

    assertThat(page.frames().first()).isVisible();
    assertThat(page.frames().first().getByRole(AriaRole.LINK))
        .hasAccessibleName(Pattern.compile("1: .+, similarity -?\\d\\.\\d\\d\\. More like this"));
    assertThat(page.part("#results-meta")).hasText(Pattern.compile("\\d+ photos in \\d+ ms"));
    assertThat(page.part("#announcer")).hasText(Pattern.compile("Closest photos: \\d+.*"));
    // Every photo is loaded.
    assertThat(page.part(".frame:not(.loaded)")).hasCount(0);
    page.assertNoComplaints();
  }

  @Test
  void answersBeforeTheStrokeEnds() {
    BoundingBox sheet = page.sheet().boundingBox();
    page.window().mouse().move(sheet.x + 60, sheet.y + 60);
    page.window().mouse().down();
    page.window().mouse().move(sheet.x + 220, sheet.y + 180, new MoveOptions().setSteps(20));

    assertThat(page.frames().first()).isVisible();
    page.window().mouse().up();
    page.assertNoComplaints();
  }

  @Test
  void undoesStrokesAndClears() {
    page.drawCircle();
    page.drawLine();
    assertThat(page.sheet()).hasAccessibleName("Drawing sheet, 2 strokes");

    page.window().keyboard().press("Control+z");
    assertThat(page.sheet()).hasAccessibleName("Drawing sheet, one stroke");
    page.button("Redo").click();
    assertThat(page.sheet()).hasAccessibleName("Drawing sheet, 2 strokes");
    page.button("Clear").click();
    assertThat(page.sheet()).hasAccessibleName("Drawing sheet, empty");
    assertThat(page.frames()).hasCount(0);
    assertThat(page.part("#message")).containsText("Draw what you are looking for");

    page.button("Undo").click();
    assertThat(page.sheet()).hasAccessibleName("Drawing sheet, 2 strokes");
    assertThat(page.frames().first()).isVisible();
    page.assertNoComplaints();
  }

  @Test
  void dropsAnOutdatedAnswer() {
    List<Route> held = new ArrayList<>();
    page.window()
        .route(
            SEARCHES,
            route -> {
              if (held.isEmpty()) {
                held.add(route);
              } else {
                route.resume();
              }
            });
    Request abandoned = page.window().waitForRequest(SEARCHES, page::drawCircle);
    page.drawLine();

    assertThat(page.frames().first()).isVisible();
    assertEquals("net::ERR_ABORTED", abandoned.failure());
  }

  @Test
  void searchesWithAPictureOfASketch() {
    page.drawCircle();
    assertThat(page.frames().first()).isVisible();
    byte[] picture = page.sheetPicture();
    page.button("Clear").click();

    page.part("#sketch-file").setInputFiles(new FilePayload("round.png", "image/png", picture));

    assertThat(page.frames().first()).isVisible();
    assertThat(page.part("#sheet-name")).hasText("round.png");
    page.assertNoComplaints();
  }

  @Test
  void navigatesToSimilarPhotosAndBack() {
    page.drawCircle();
    page.awaitAnswer();
    Locator second = page.frames().nth(1).getByRole(AriaRole.LINK);
    String title = second.locator(".frame-title").textContent();
    second.click();

    assertThat(page.title()).hasText("More like this");
    assertThat(page.part(".source-title")).hasText(title);
    assertThat(page.part("#results-meta")).hasText(Pattern.compile("\\d+ photos in .*"));
    page.button("Back to the drawing").click();
    assertThat(page.title()).hasText("Closest photos");
    page.window().goBack();
    assertThat(page.title()).hasText("More like this");
    page.drawLine();
    assertThat(page.title()).hasText("Closest photos");
    page.assertNoComplaints();
  }

  @Test
  void updatesTheStatusLine() {
    assertThat(page.part("#status-state")).hasText("Up to date");
    assertThat(page.part("#status-indexed")).hasText(Pattern.compile("\\d+"));
    assertThat(page.part("#status-generation")).not().hasText("–");

    page.window().context().setOffline(true);
    assertThat(page.part("#status-state")).containsText("Server unreachable");
    page.drawCircle();
    assertThat(page.part("#message")).containsText("The server cannot be reached");
    page.window().context().setOffline(false);
    assertThat(page.part("#status-state")).hasText("Up to date");
    assertThat(page.frames().first()).isVisible();
  }

  @Test
  void worksByKeyboard() {
    page.button("Draw the example: Bell").press("Enter");
    assertThat(page.frames().first()).isVisible();

    for (int presses = 0; presses < 40 && !page.focusIsOn(".frame a"); presses++) {
      page.window().keyboard().press("Tab");
    }
    assertTrue(page.focusIsOn(".frame a"), "Tab reaches the first photo");
    page.window().keyboard().press("Enter");
    assertThat(page.title()).hasText("More like this");
    page.window().keyboard().press("Escape");
    assertThat(page.title()).hasText("Closest photos");
    // The focus is where it was.
    assertThat(page.part(".frame:first-child a")).isFocused();
    page.assertNoComplaints();
  }

  @Test
  void labelsItsElementsForScreenReaders() {
    page.drawCircle();
    assertThat(page.frames().first()).isVisible();

    for (Locator control : page.part("button, a[href], input, canvas").all()) {
      if (!control.isVisible()) {
        continue;
      }
      assertThat(control).hasAccessibleName(Pattern.compile("\\S"));
    }
    assertThat(page.part("img:not([alt])")).hasCount(0);
    assertThat(page.part("[aria-live=polite]")).hasCount(1);
    assertThat(page.part("h1")).hasCount(1);
    for (AriaRole landmark : List.of(AriaRole.BANNER, AriaRole.MAIN, AriaRole.CONTENTINFO)) {
      assertThat(page.window().getByRole(landmark)).hasCount(1);
    }
    assertThat(page.part("html")).hasAttribute("lang", "en");
    // A duplicate id would break the labels that refer to it.
    assertEquals(
        0,
        page.window()
            .evaluate(
                "() => { const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);"
                    + " return ids.length - new Set(ids).size; }"));
  }

  @Test
  void fitsAPhone() {
    page.close();
    openAt(360, 740);
    page.assertNoSidewaysScrolling();
    page.drawCircle();
    page.awaitAnswer();
    page.assertNoSidewaysScrolling();
    page.frames().first().getByRole(AriaRole.LINK).click();
    assertThat(page.part("#source")).isVisible();
    page.assertNoSidewaysScrolling();
    page.assertNoComplaints();
  }

  @Test
  void remembersTheColourScheme() {
    page.button("Dark colours").click();
    assertThat(page.part("html")).hasAttribute("data-theme", "dark");
    page.window().reload();
    assertThat(page.part("html")).hasAttribute("data-theme", "dark");
    assertThat(page.button("Dark colours")).hasAttribute("aria-pressed", "true");
    page.assertNoComplaints();
  }
}
