package io.sketchstream.endtoend;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Locator.FilterOptions;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import io.sketchstream.testing.Await;
import java.awt.Color;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Adding, removing and teaching.
final class WebPageGalleryTest extends WebPageFixture {
  @Test
  void addsChosenPhotosAndReportsInvalidOnes() {
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
    page.drop("#results", "blue_star.png", DrawnPhotos.star(Color.BLUE));

    assertThat(page.part("#upload-list")).containsText("Searchable");
    page.drawCircle();
    assertThat(page.part(".frame-title").filter(new FilterOptions().setHasText("blue star")))
        .isVisible();
    page.assertNoComplaints();
  }

  @Test
  void removesAPhotoUnlessUndone() {
    filler.put("first to go", DrawnPhotos.star(Color.GREEN));
    filler.put("second to go", DrawnPhotos.star(Color.ORANGE));
    page.window().reload();
    page.drawCircle();
    page.awaitAnswer();
    Locator first = page.removeButton("first to go");
    Locator second = page.removeButton("second to go");
    assertThat(first).isAttached();
    assertThat(second).isAttached();

    first.press("Enter");
    assertThat(first).hasCount(0);
    // The next removal completes the previous one.
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
    page.awaitAnswer();
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
        Duration.ofMinutes(2),
        () -> filler.labels().contains("\"name\":\"ball\",\"photos\":1,\"sketches\":1"));

    right.click();
    assertThat(right).hasAttribute("aria-pressed", "false");
    Await.until(
        "the photo's label is withdrawn",
        Duration.ofMinutes(2),
        () -> filler.labels().contains("\"name\":\"ball\",\"photos\":0,\"sketches\":1"));
    page.assertNoComplaints();
  }

  @Test
  void keepsAPressedPhotoInItsPlace() {
    page.button("Draw the example: Bell").click();
    page.awaitAnswer();
    page.button("Teach").click();
    page.part("#teach-class").fill("anything");
    List<Route> held = new ArrayList<>();
    page.window().route(SEARCHES, held::add);
    page.window().waitForRequest(SEARCHES, page.button("Draw the example: Bicycle")::click);
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

  /// Returns the title of the hit that is then first.
  private String answerInReverse(Route search) {
    APIResponse answer = search.fetch();
    search.fulfill(
        new FulfillOptions().setResponse(answer).setBody(page.withHitsReversed(answer.text())));
    return page.lastTitle(answer.text());
  }

  @Test
  void trainsFromThePageAndReportsTheEnd() {
    page.drawCircle();
    page.awaitAnswer();
    page.button("Teach").click();
    page.button("Train now").click();
    // There are far too few labels here; the page shows the reason that the service gives.
    assertThat(page.part("#training-title"))
        .hasText("Training failed", new LocatorAssertions.HasTextOptions().setTimeout(60_000));
    assertThat(page.part("#training-text")).containsText(Pattern.compile("class|label"));
    assertThat(page.button("Train now")).isEnabled();
    page.button("Close the training panel").click();
    assertThat(page.part("#training")).isHidden();
    page.assertNoComplaints();
  }
}
