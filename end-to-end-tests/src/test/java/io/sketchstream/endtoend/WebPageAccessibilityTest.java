package io.sketchstream.endtoend;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page.EmulateMediaOptions;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.ReducedMotion;
import java.awt.Color;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Every view of the page by axe-core, which checks the rules of WCAG that a program can check: on
/// a desk and on a phone, light and dark. `-Dtests.screenshots=DIR` keeps a picture of each.
final class WebPageAccessibilityTest extends WebPageFixture {
  private static final String FINDINGS =
      """
      async () => (await axe.run()).violations.flatMap((rule) =>
        rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.any.map((any) => any.message)}`))
      """;

  private final List<String> findings = new ArrayList<>();

  @Test
  void hasNoFindingsOnADesk() throws IOException {
    visit("desk", 1280, 800);
    assertEquals(List.of(), findings);
  }

  @Test
  void hasNoFindingsOnAPhone() throws IOException {
    visit("phone", 360, 740);
    assertEquals(List.of(), findings);
  }

  private void visit(String where, int width, int height) throws IOException {
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      page.close();
      openAt(width, height);
      page.window()
          .emulateMedia(
              new EmulateMediaOptions()
                  .setColorScheme(scheme)
                  .setReducedMotion(ReducedMotion.REDUCE)); // Nothing is looked at half faded.
      page.window().evaluate(axe());
      String at = where + ", " + scheme;
      visitSearch(at);
      visitGallery(at);
      visitModels(at);
      visitPanels(at);
    }
  }

  private void visitSearch(String at) {
    look(at + ", start");
    page.part("#sketch-file")
        .setInputFiles(new FilePayload("ball.png", "image/png", DrawnPhotos.gallery().get("ball")));
    assertThat(page.title()).hasText("Photos like yours");
    look(at + ", photo on the sheet");
    page.changeAnswers(SEARCHES, page::withNothingFitting);
    page.button("Clear").click();
    page.drawCircle();
    assertThat(page.button("Show anyway")).isVisible();
    look(at + ", nothing fits");
    page.window().unroute(SEARCHES);
    page.drawLine();
    page.awaitAnswer();
    look(at + ", answer");
    page.part(".frame .like").first().dispatchEvent("click");
    assertThat(page.part("#feedback")).isVisible();
    page.awaitAnswer();
    look(at + ", feedback");
    page.button("Teach").click();
    page.part("#teach-class").fill("ball");
    assertThat(page.part(".frame-mark").first()).isVisible();
    assertThat(page.part("#teach-needs li").first()).isVisible();
    look(at + ", teaching");
    page.button("Teach").click();
    page.frames().first().getByRole(AriaRole.LINK).dispatchEvent("click");
    assertThat(page.title()).hasText("More like this");
    page.awaitAnswer();
    look(at + ", similar");
    page.button("Back to the drawing").click();
  }

  private void visitGallery(String at) {
    page.part("#view-gallery").click();
    assertThat(page.part(".tile").first()).isVisible();
    page.part(".tile input").first().check();
    page.part("#advanced summary").click();
    page.part("#filter").fill("(");
    page.part("#filter").press("Enter");
    assertThat(page.part("#filter-problem")).isVisible();
    look(at + ", filter refused");
    page.part("#filter").fill("");
    page.part("#filter").press("Enter");
    assertThat(page.part(".tile").first()).isVisible();
    page.part(".tile input").first().check();
    look(at + ", gallery with a selection");
    page.part(".tile-open").first().click();
    assertThat(page.part("#details")).isVisible();
    look(at + ", details");
    page.part("#details-close").click();
  }

  private void visitModels(String at) {
    page.part("#view-models").click();
    assertThat(page.part("#models li").first()).isVisible();
    look(at + ", models");
  }

  private void visitPanels(String at) {
    page.part("#view-search").click();
    page.awaitAnswer();
    page.part("#photo-files")
        .setInputFiles(new FilePayload("red_star.png", "image/png", DrawnPhotos.star(Color.RED)));
    assertThat(page.part("#upload-list")).containsText(Pattern.compile("Searchable|Already"));
    page.part("#watch").click();
    assertThat(page.part("#watching-list li").first()).isVisible();
    page.button("Teach").click();
    page.button("Train now").click();
    assertThat(page.part("#training-title")).hasText("Training failed");
    page.button("Teach").click();
    page.tellThatTheModelIsReady();
    page.window().evaluate("() => window.scrollTo(0, 0)");
    look(at + ", panels");
    page.part("#rollout-activate").click();
    assertThat(page.part("#confirm")).isVisible();
    look(at + ", confirm");
    page.button("Cancel").click();
    page.part("#watching-list button").first().click();
    assertThat(page.part("#watching-list li")).hasCount(0);
  }

  private void look(String view) {
    for (Object finding : (List<?>) page.window().evaluate(FINDINGS)) {
      findings.add(view + ": " + finding);
    }
    String directory = System.getProperty("tests.screenshots", "");
    if (!directory.isEmpty()) {
      String name = view.toLowerCase(Locale.ROOT).replaceAll("\\W+", "-") + ".png";
      page.window().screenshot(new ScreenshotOptions().setPath(Path.of(directory, name)));
    }
  }

  /// Evaluated, not added as an element: the page takes no scripts of others.
  private static String axe() throws IOException {
    try (InputStream script = WebPageAccessibilityTest.class.getResourceAsStream("/axe.min.js")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
