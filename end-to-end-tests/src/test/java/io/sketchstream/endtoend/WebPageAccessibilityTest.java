package io.sketchstream.endtoend;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page.EmulateMediaOptions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Every view of the page by axe-core, which checks the rules of WCAG that a program can check: on
/// a desk and on a phone, light and dark.
final class WebPageAccessibilityTest extends WebPageFixture {
  private static final String FINDINGS =
      """
      async () => (await axe.run()).violations.flatMap((rule) =>
        rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.any.map((any) => any.message)}`))
      """;

  private final List<String> findings = new ArrayList<>();

  @Test
  void hasNoFindingsOnADesktop() throws IOException {
    visit("desk");
    assertEquals(List.of(), findings);
  }

  @Test
  void hasNoFindingsOnAPhone() throws IOException {
    page.close();
    openAt(360, 740);
    visit("phone");
    assertEquals(List.of(), findings);
  }

  private void visit(String where) throws IOException {
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      page.window()
          .emulateMedia(
              new EmulateMediaOptions()
                  .setColorScheme(scheme)
                  .setReducedMotion(ReducedMotion.REDUCE)); // Nothing is looked at half faded.
      page.open(standalone.address());
      page.window().evaluate(axe());
      String at = where + ", " + scheme;
      look(at + ", start");
      page.button("Draw the example: Bell").click();
      page.awaitAnswer();
      look(at + ", answer");
      page.part("#watch").click();
      assertThat(page.part("#watching-list li").first()).isVisible();
      look(at + ", watching");
      page.part("#watching-list button").first().click();
      assertThat(page.part("#watching-list li")).hasCount(0);
      page.part("#watching-close").click();
      page.part("#view-gallery").click();
      assertThat(page.part(".tile").first()).isVisible();
      page.part(".tile input").first().check();
      look(at + ", gallery with a selection");
      page.part(".tile-open").first().click();
      assertThat(page.part("#details")).isVisible();
      look(at + ", details");
      page.part("#details-close").click();
      page.part("#view-models").click();
      assertThat(page.part("#models li").first()).isVisible();
      look(at + ", models");
    }
  }

  private void look(String view) {
    for (Object finding : (List<?>) page.window().evaluate(FINDINGS)) {
      findings.add(view + ": " + finding);
    }
  }

  /// Evaluated, not added as an element: the page takes no scripts of others.
  private static String axe() throws IOException {
    try (InputStream script = WebPageAccessibilityTest.class.getResourceAsStream("/axe.min.js")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
