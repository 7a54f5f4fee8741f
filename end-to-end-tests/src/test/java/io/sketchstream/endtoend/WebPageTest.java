package io.sketchstream.endtoend;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Locator.FilterOptions;
import com.microsoft.playwright.Mouse.MoveOptions;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.FilePayload;
import java.awt.Color;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page as its users meet it: a real browser, the real services, a real gallery.
final class WebPageTest {
  private static final String SEARCHES = "**/v1/search?*";

  private static Chromium chromium;
  private static StandaloneProcess standalone;
  private static GalleryFiller filler;

  private SketchPage page;

  @BeforeAll
  static void startWithGallery(@TempDir Path directory) {
    chromium = Chromium.startOrSkip();
    standalone = StandaloneProcess.start(directory.resolve("home"));
    filler = new GalleryFiller(standalone.address());
    DrawnPhotos.gallery().forEach(filler::put);
  }

  @AfterAll
  static void stop() {
    if (filler != null) {
      filler.close();
    }
    if (standalone != null) {
      standalone.stop();
      standalone.close();
    }
    if (chromium != null) {
      chromium.close();
    }
  }

  @BeforeEach
  void open() {
    openAt(1280, 800);
  }

  @AfterEach
  void closePage() {
    page.close();
  }

  @Test
  void showsHitsWhileDrawing() {
    page.drawCircle();

    assertThat(page.frames().first()).isVisible();
    assertThat(page.frames().first().getByRole(AriaRole.LINK))
        .hasAccessibleName(Pattern.compile("1: .+, similarity -?\\d\\.\\d\\d\\. More like this"));
    assertThat(page.part("#results-meta")).hasText(Pattern.compile("\\d+ photos in \\d+ ms"));
    assertThat(page.part("#announcer")).hasText(Pattern.compile("Closest photos: \\d+.*"));
    // Each photo is really there.
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
  void takesStrokesBackAndClears() {
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
  void givesUpAnAnswerThatIsOutOfDate() {
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
  void addsChosenPhotosAndSaysWhatIsWrongWithOthers() {
    page.part("#photo-files")
        .setInputFiles(
            new FilePayload[] {
              new FilePayload("red_star.png", "image/png", DrawnPhotos.star(Color.RED)),
              new FilePayload(
                  "notes.txt", "text/plain", "no photo".getBytes(StandardCharsets.UTF_8))
            });

    Locator star = page.part("#upload-list li").filter(new FilterOptions().setHasText("red_star"));
    Locator notes = page.part("#upload-list li").filter(new FilterOptions().setHasText("notes"));
    assertThat(star).containsText("Searchable");
    assertThat(notes).hasClass("refused");
    assertThat(page.part("#uploads-title")).hasText("1 of 2 searchable, 1 refused");

    star.getByRole(AriaRole.LINK).click();
    assertThat(page.title()).hasText("More like this");
    assertThat(page.frames().first()).isVisible();
  }

  @Test
  void addsADroppedPhoto() {
    byte[] star = DrawnPhotos.star(Color.BLUE);
    page.window()
        .evaluate(
            """
            ([name, base64]) => {
              const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
              const dataTransfer = new DataTransfer();
              dataTransfer.items.add(new File([bytes], name, {type: "image/png"}));
              for (const type of ["dragenter", "dragover", "drop"]) {
                const event = new DragEvent(type, {dataTransfer, bubbles: true, cancelable: true});
                document.querySelector("#results").dispatchEvent(event);
              }
            }
            """,
            List.of("blue_star.png", Base64.getEncoder().encodeToString(star)));

    assertThat(page.part("#upload-list")).containsText("Searchable");
    page.drawCircle();
    assertThat(page.part(".frame-title").filter(new FilterOptions().setHasText("blue star")))
        .isVisible();
    page.assertNoComplaints();
  }

  @Test
  void leadsToMoreLikeAPhotoAndBack() {
    page.drawCircle();
    Locator second = page.frames().nth(1).getByRole(AriaRole.LINK);
    assertThat(second).isVisible();
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
  void removesAPhotoUnlessUndone() {
    filler.put("first to go", DrawnPhotos.star(Color.GREEN));
    filler.put("second to go", DrawnPhotos.star(Color.ORANGE));
    page.window().reload();
    page.drawCircle();
    Locator first = page.removeButton("first to go");
    Locator second = page.removeButton("second to go");
    assertThat(first).isAttached();
    assertThat(second).isAttached();

    first.press("Enter");
    assertThat(first).hasCount(0);
    // The next removal makes the one before final.
    Response removal =
        page.window()
            .waitForResponse(
                response -> response.request().method().equals("DELETE"),
                () -> second.press("Enter"));
    assertEquals(202, removal.status());
    page.part("#notice-action").click();
    assertThat(second).isAttached();

    page.window().reload();
    page.drawCircle();
    assertThat(second).isAttached();
    assertThat(first).hasCount(0);
    page.assertNoComplaints();
  }

  @Test
  void teachesWhichPhotosAreRight() {
    page.drawCircle();
    page.button("Teach").click();
    page.part("#teach-class").fill("ball");
    Locator right = page.button("ball is right");
    Response saved =
        page.window()
            .waitForResponse(response -> response.url().endsWith("/v1/labels"), right::click);
    assertEquals(202, saved.status());
    assertThat(right).hasAttribute("aria-pressed", "true");
    Locator wrong = page.button("tent is wrong");
    saved =
        page.window()
            .waitForResponse(response -> response.url().endsWith("/v1/labels"), wrong::click);
    assertEquals(202, saved.status());
    Await.until(
        "the photo and the sketch are labelled",
        Duration.ofSeconds(30),
        () -> filler.labels().contains("\"name\":\"ball\",\"photos\":1,\"sketches\":1"));

    right.click();
    assertThat(right).hasAttribute("aria-pressed", "false");
    Await.until(
        "the photo's label is taken back",
        Duration.ofSeconds(30),
        () -> filler.labels().contains("\"name\":\"ball\",\"photos\":0,\"sketches\":1"));
    page.assertNoComplaints();
  }

  @Test
  void keepsAPressedPhotoInItsPlace() {
    page.button("Draw the example: Star").click();
    page.awaitAnswer();
    page.button("Teach").click();
    page.part("#teach-class").fill("anything");
    List<Route> held = new ArrayList<>();
    page.window().route(SEARCHES, held::add);
    page.window().waitForRequest(SEARCHES, page.button("Draw the example: Fish")::click);
    String worst = page.frames().last().locator(".frame-title").textContent();
    page.button(worst + " is right").hover();

    page.window().mouse().down();
    String first = "";
    for (Route search : List.copyOf(held)) {
      first = answerInReverse(search);
    }
    page.awaitAnswer();
    Response saved =
        page.window()
            .waitForResponse(
                response -> response.url().endsWith("/v1/labels"),
                () -> page.window().mouse().up());

    assertEquals(202, saved.status());
    assertThat(page.frames().first().locator(".frame-title")).hasText(first);
    page.assertNoComplaints();
  }

  /// Returns the title of what is then first.
  private String answerInReverse(Route search) {
    APIResponse answer = search.fetch();
    search.fulfill(
        new FulfillOptions().setResponse(answer).setBody(page.withHitsReversed(answer.text())));
    return page.lastTitle(answer.text());
  }

  @Test
  void trainsFromThePageAndSaysHowItEnds() {
    page.drawCircle();
    page.button("Teach").click();
    page.button("Train now").click();
    // There is far too little to learn from here, and the page passes on what the service says.
    assertThat(page.part("#training-title"))
        .hasText("Training failed", new LocatorAssertions.HasTextOptions().setTimeout(60_000));
    assertThat(page.part("#training-text")).containsText(Pattern.compile("class|label"));
    assertThat(page.button("Train now")).isEnabled();
    page.assertNoComplaints();
  }

  @Test
  void keepsTheStatusLineAlive() {
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
  void needsNoPointer() {
    page.button("Draw the example: Star").press("Enter");
    assertThat(page.frames().first()).isVisible();

    for (int presses = 0; presses < 40 && !page.focusIsOn(".frame a"); presses++) {
      page.window().keyboard().press("Tab");
    }
    assertTrue(page.focusIsOn(".frame a"), "Tab reaches the first photo");
    page.window().keyboard().press("Enter");
    assertThat(page.title()).hasText("More like this");
    page.window().keyboard().press("Escape");
    assertThat(page.title()).hasText("Closest photos");
    // The keyboard is back where it was.
    assertThat(page.part(".frame:first-child a")).isFocused();
    page.assertNoComplaints();
  }

  @Test
  void tellsAScreenReaderWhatIsWhat() {
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
    // An id used twice would break the labels that refer to it.
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
    assertThat(page.frames().first()).isVisible();
    page.assertNoSidewaysScrolling();
    page.frames().first().getByRole(AriaRole.LINK).click();
    assertThat(page.part("#source")).isVisible();
    page.assertNoSidewaysScrolling();
    page.assertNoComplaints();
  }

  @Test
  void remembersTheColoursChosen() {
    page.button("Dark colours").click();
    assertThat(page.part("html")).hasAttribute("data-theme", "dark");
    page.window().reload();
    assertThat(page.part("html")).hasAttribute("data-theme", "dark");
    assertThat(page.button("Dark colours")).hasAttribute("aria-pressed", "true");
    page.assertNoComplaints();
  }

  private void openAt(int width, int height) {
    page = new SketchPage(chromium.page(width, height));
    page.open(standalone.address());
  }
}
