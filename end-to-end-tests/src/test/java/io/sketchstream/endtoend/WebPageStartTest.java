package io.sketchstream.endtoend;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.options.AriaRole;
import java.awt.Color;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What the page begins with, what of a drawing survives a reload, and what training says.
final class WebPageStartTest extends WebPageFixture {
  private static final String BATCHES = "**/v1/search/batch?*";

  @Test
  void offersExamplesThatStandOut() {
    assertThat(page.part(".example:visible")).hasCount(6);
    answerExamples("at > 0");
    page.window().reload();
    assertThat(page.part(".example:visible")).hasCount(1);
    answerExamples("true");
    page.window().reload();
    assertThat(page.part("#message")).containsText("Draw what you are looking for");
    assertThat(page.part("#examples")).isHidden();
    page.assertNoComplaints();
  }

  /// @param nothingFits of the example number `at`, in JavaScript
  private void answerExamples(String nothingFits) {
    page.window().unroute(BATCHES);
    page.changeAnswers(
        BATCHES,
        answers ->
            (String)
                page.window()
                    .evaluate(
                        """
                        (text) => JSON.stringify({answers: JSON.parse(text).answers.map(
                          ({answer}, at) => ({answer: {...answer,
                            distinction: {nothingFits: %s, deviations: 1, sample: 256}}}))})
                        """
                            .formatted(nothingFits),
                        answers));
  }

  @Test
  void keepsALongDrawingInTheAddress() {
    page.sheet()
        .evaluate(
            """
            (canvas) => {
              const box = canvas.getBoundingClientRect();
              const at = (type, step) => canvas.dispatchEvent(new PointerEvent(type, {
                bubbles: true, pointerId: 1, pointerType: "mouse", button: 0,
                clientX: box.left + box.width * (0.5 + 0.4 * Math.cos(step / 2)),
                clientY: box.top + box.height * (0.5 + 0.4 * Math.sin(step / 2.3)),
              }));
              canvas.setPointerCapture = () => {};
              at("pointerdown", 0);
              for (let step = 1; step < 2000; step++) at("pointermove", step);
              at("pointerup", 2000);
            }
            """);
    page.awaitAnswer();
    assertTrue(page.window().url().contains("strokes="), page.window().url());
    assertTrue(page.window().url().length() < 8000, "the address is short enough for a browser");

    page.window().reload();
    assertThat(page.sheet()).hasAccessibleName("Drawing sheet, one stroke");
    assertThat(page.frames().first()).isVisible();
    assertEquals(
        List.of(1, 600, 0),
        page.window()
            .evaluate(
                """
                async () => {
                  const {fitting} = await import("/page/place.js");
                  const circle = [[], []];
                  for (let i = 0; i < 5000; i++) {
                    circle[0].push(128 + 100 * Math.cos(i / 40));
                    circle[1].push(128 + 100 * Math.sin(i / 41));
                  }
                  const dot = (_, i) => [[i % 250, i % 250 + 2], [0, 9]];
                  const dots = Array.from({length: 900}, dot);
                  return [fitting([circle]), fitting(dots), fitting([])].map((all) => all.length);
                }
                """));
    page.assertNoComplaints();
  }

  @Test
  void keepsTheHeadOfAnAnswerOnOneLine() {
    filler.put("first of two alike", DrawnPhotos.star(Color.MAGENTA));
    filler.put("second of two alike", DrawnPhotos.star(Color.MAGENTA));
    page.button("Draw the example: Bell").click();
    page.awaitAnswer();
    page.part("#alike").click();
    assertThat(page.part("#alike")).containsText("Show");
    assertThat(page.part("#watch-rarity")).isVisible();
    assertHeadIsOneLine();
    page.frames().first().getByRole(AriaRole.LINK).dispatchEvent("click");
    assertThat(page.title()).hasText("More like this");
    assertThat(page.part("#results-meta")).hasText(Pattern.compile("\\d+ photos in .*"));
    assertHeadIsOneLine();
    page.assertNoSidewaysScrolling();
  }

  private void assertHeadIsOneLine() {
    double height = page.part("#results .results-head").boundingBox().height;
    assertTrue(height < 60, "the head is " + height + " pixels high");
  }

  @Test
  void saysWhatATrainingNeeds() {
    page.button("Draw the example: Bell").click();
    page.awaitAnswer();
    page.button("Teach").click();
    assertThat(page.part("#teach-needs")).containsText("0 of 4 classes have 5 photos");
    page.part("#teach-class").fill("round");
    page.button("ball is right").click();
    assertThat(page.part("#teach-needs")).containsText("round: 4 more photos");
    assertEquals(
        List.of(
            "done: 4 of 4 classes have 5 photos",
            "waiting: 7 of 10 sketches to judge a model by:"
                + " draw more sketches, or mark more photos",
            "optional: cat: 3 more sketches (otherwise contours of its photos are used)"),
        page.window()
            .evaluate(
                """
                async () => (await import("/page/needs.js")).checklistOf({
                  classes: [
                    {name: "cat", photos: 5, sketches: 2},
                    {name: "dog", photos: 9, sketches: 9},
                  ],
                  needs: {
                    examplesMin: 5, classesMin: 4, usableClasses: 4, queriesMin: 10, queries: 7,
                  },
                }).map(({name, state}) => `${state}: ${name}`)
                """));
    page.assertNoComplaints();
  }

  @Test
  void showsWhatATrainingMadeInWordsAndInAPicture() {
    String generation =
        (String)
            page.window().evaluate("async () => (await (await fetch('/v1/status')).json()).active");
    String run =
        """
        {"leading": true, "newLabels": 0, "trouble": "", "runs": [{"id": "r", "state": "%s",
         "phase": "train", "done": 120, "of": 300, "losses": {"total": 0.445},
         "imagesPerSecond": 31.5, "etaSeconds": 60, "generation": "%s", "trigger": "by hand",
         "reason": "better than %s", "changedAt": "2999-01-01T00:00:00Z"}]}
        """;
    answerRuns(run.formatted("RUNNING", "", ""));
    page.window()
        .route(
            "**/v1/models/*/report.png",
            route ->
                route.fulfill(
                    new FulfillOptions()
                        .setBodyBytes(DrawnPhotos.star(Color.RED))
                        .setContentType("image/png")));
    page.window().reload();
    assertThat(page.part("#training-text")).hasText("Training, 120 of 300, 60 s left");

    answerRuns(run.formatted("PROMOTED", generation, generation));
    assertThat(page.part("#training-title")).hasText("Training produced a better model");
    assertThat(page.part("#training-text")).hasText("better than Model 1");
    assertThat(page.part("#training-picture img")).isVisible();
    page.window().unroute("**/v1/training/runs");
    page.assertNoComplaints();
  }

  private void answerRuns(String body) {
    page.window().unroute("**/v1/training/runs");
    page.window()
        .route(
            "**/v1/training/runs",
            route ->
                route.fulfill(
                    new FulfillOptions().setContentType("application/json").setBody(body)));
  }
}
