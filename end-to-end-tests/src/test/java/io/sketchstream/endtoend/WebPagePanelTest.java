package io.sketchstream.endtoend;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.options.FilePayload;
import java.awt.Color;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is under way, above the photos and never over them; and the report on a model.
final class WebPagePanelTest extends WebPageFixture {
  private static final String COVERED =
      """
      () => {
        const box = (element) => element.getBoundingClientRect();
        const meet = (a, b) =>
          a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
        const panels = [...document.querySelectorAll("#training, #rollout, #watching, #uploads")];
        const worked = [...document.querySelectorAll("#sheet, .frame")];
        return panels.flatMap((panel) => worked
          .filter((part) => meet(box(panel), box(part)))
          .map((part) => `${panel.id} over ${part.id || part.className}`));
      }
      """;

  @Test
  void coverNothingOnADesk() {
    showAll();
    assertEquals(List.of(), page.window().evaluate(COVERED));
    page.assertNoSidewaysScrolling();
  }

  @Test
  void coverNothingOnAPhoneAndAreFoldedAway() {
    page.close();
    openAt(360, 740);
    showAll();
    assertEquals(List.of(), page.window().evaluate(COVERED));
    page.assertNoSidewaysScrolling();

    page.button("Hide activity").click();
    assertThat(page.part("#uploads")).isHidden();
    assertThat(page.part("#rollout")).isHidden();
    page.button("Show activity").press("Enter");
    assertThat(page.part("#uploads")).isVisible();
  }

  @Test
  void askBeforeANewModelAnswers() {
    page.tellThatTheModelIsReady();
    List<String> steps = new ArrayList<>();
    page.window()
        .route(
            "**/v1/models/*/activate",
            route -> {
              steps.add(route.request().method());
              route.fulfill(new FulfillOptions().setStatus(409).setBody("{\"detail\": \"no\"}"));
            });

    page.part("#rollout-activate").click();
    assertThat(page.part("#confirm-title")).hasText("Activate Model 1?");
    page.window().keyboard().press("Escape");
    assertThat(page.part("#confirm")).isHidden();
    page.part("#rollout-activate").click();
    page.button("Cancel").click();
    assertThat(page.part("#confirm")).isHidden();
    assertEquals(List.of(), steps);

    page.part("#rollout-activate").click();
    page.window()
        .waitForResponse("**/v1/models/*/activate", () -> page.part("#confirm-yes").click());
    assertEquals(List.of("POST"), steps);
  }

  @Test
  void showTheReportOnAModel() {
    page.changeAnswers(
        "**/v1/models", answer -> answer.replace("\"report\":false", "\"report\":true"));
    page.part("#view-models").click();
    Locator report = page.button("Report on Model 1");
    // The server says that the model that came with it has none: so the address is right.
    report.click();
    assertThat(page.part("#report-body")).containsText("has no report: it was not trained here");
    page.part("#report-close").click();

    String generation =
        (String)
            page.window()
                .evaluate(
                    "async () => (await (await fetch('/v1/models')).json()).models[0].generation");
    String text =
        """
        # Generation %s

        **Promoted.** Better by a little.

        | class | queries | active | this |
        |---|---|---|---|
        | a \\| b | 3 | 0.500 | 0.600 |

        ![queries, with their hits before and after](report.png)
        """
            .formatted(generation);
    page.window()
        .route(
            "**/v1/models/*/report",
            route -> route.fulfill(body(text.getBytes(StandardCharsets.UTF_8), "text/markdown")));
    page.window()
        .route(
            "**/v1/models/*/report.png",
            route -> route.fulfill(body(DrawnPhotos.star(Color.RED), "image/png")));
    report.click();

    assertThat(page.part("#report h3")).hasText("Generation Model 1");
    assertThat(page.part("#report strong")).hasText("Promoted.");
    assertThat(page.part("#report tr")).hasCount(2);
    assertThat(page.part("#report td").first()).hasText("a | b");
    Locator picture = page.part("#report img");
    assertThat(picture).isVisible();
    assertTrue((boolean) picture.evaluate("image => image.decode().then(() => true)"));
    page.part("#report-close").click();
    assertThat(page.part("#report")).isHidden();
  }

  private static FulfillOptions body(byte[] bytes, String type) {
    return new FulfillOptions().setBodyBytes(bytes).setContentType(type);
  }

  /// A photo on its way, a standing query, a run that failed and a model that is ready.
  private void showAll() {
    page.drawCircle();
    page.awaitAnswer();
    page.part("#photo-files")
        .setInputFiles(
            new FilePayload("panel_star.png", "image/png", DrawnPhotos.star(Color.CYAN)));
    assertThat(page.part("#uploads")).isVisible();
    page.part("#watch").click();
    assertThat(page.part("#watching")).isVisible();
    page.button("Teach").click();
    page.button("Train now").click();
    assertThat(page.part("#training")).isVisible();
    page.tellThatTheModelIsReady();
    page.window().evaluate("() => window.scrollTo(0, 0)");
  }
}
