package io.sketchstream.endtoend;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Locator.FilterOptions;
import com.microsoft.playwright.Response;
import java.awt.Color;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The gallery view: browsing, words, details, selection; and what the address holds.
final class WebPageBrowseTest extends WebPageFixture {
  @Test
  void listsTheGalleryNewestFirst() {
    filler.put("the newest of all", DrawnPhotos.star(Color.PINK));
    page.part("#view-gallery").click();

    assertThat(page.part("#browse-title")).isVisible();
    assertThat(page.part("#browse-meta")).hasText(Pattern.compile("\\d+ photos"));
    assertThat(tiles().first()).containsText("the newest of all");
    assertThat(page.part("#canvas")).isHidden();

    page.window().goBack();
    assertThat(page.part("#canvas")).isVisible();
    assertThat(page.part("#browse")).isHidden();
    page.assertNoComplaints();
  }

  @Test
  void findsWordsAndKeepsThemInTheAddress() {
    filler.put("a crimson lighthouse", DrawnPhotos.star(Color.RED));
    page.part("#view-gallery").click();
    page.part("#words").fill("lighthouse");

    assertThat(tiles()).hasCount(1);
    assertThat(page.part("#browse-meta")).hasText("1 photo");
    page.window().reload();
    assertThat(page.part("#words")).hasValue("lighthouse");
    assertThat(tiles()).hasCount(1);

    page.part("#words").fill("no photo has this word");
    assertThat(page.part("#browse-message")).containsText("Nothing found");
    page.assertNoComplaints();
  }

  @Test
  void searchesByWordsAlone() {
    filler.put("a solitary windmill", DrawnPhotos.star(Color.RED));
    page.part("#words").fill("windmill");

    assertThat(page.title()).hasText("Photos with these words");
    assertThat(page.frames()).hasCount(1);
    page.part("#words").fill("");
    assertThat(page.frames()).hasCount(0);
    page.assertNoComplaints();
  }

  @Test
  void editsTagsInTheDetails() {
    filler.put("to be tagged", DrawnPhotos.star(Color.CYAN));
    page.part("#view-gallery").click();
    page.button("Details of to be tagged").click();

    assertThat(page.part("#details")).isVisible();
    assertThat(page.part("#details-facts")).containsText("Position");
    assertThat(page.part("#details-tags")).isEnabled();
    page.part("#details-tags").fill("cyan, pointed");
    Response saved =
        page.window()
            .waitForResponse(
                response -> response.request().method().equals("PATCH"),
                page.button("Save")::click);
    assertEquals(202, saved.status());
    assertThat(page.part("#details-state")).hasText("Saved");
    page.window().keyboard().press("Escape");
    assertThat(page.part("#details")).isHidden();
    assertThat(page.button("Details of to be tagged")).isFocused();

    // The tag is offered as soon as the index has seen it.
    Locator tag = page.part("#facets button").filter(new FilterOptions().setHasText("pointed"));
    assertThat(tag).isVisible();
    tag.click();
    assertThat(tiles()).hasCount(1);
    assertThat(page.button("Stop filtering by tag pointed")).isFocused();
    page.button("Stop filtering by tag pointed").press("Enter");
    assertThat(page.part("#chosen")).isHidden();
    page.assertNoComplaints();
  }

  @Test
  void removesManyUnlessUndone() {
    filler.put("bulk one", DrawnPhotos.star(Color.GREEN));
    filler.put("bulk two", DrawnPhotos.star(Color.ORANGE));
    filler.put("bulk three", DrawnPhotos.star(Color.PINK));
    page.part("#view-gallery").click();
    page.part("#words").fill("bulk");
    assertThat(tiles()).hasCount(3);

    select("bulk one");
    select("bulk two");
    assertThat(page.part("#selection-count")).hasText("2 selected");
    page.part("#selection-remove").click();
    assertThat(tiles()).hasCount(1);
    assertThat(page.part("#notice-text")).hasText("Removed 2 photos.");
    page.part("#notice-action").click();
    assertThat(tiles()).hasCount(3);

    select("bulk one");
    select("bulk two");
    page.part("#selection-remove").click();
    // Pending removals are sent when the page is left.
    page.window().reload();
    assertThat(tiles()).hasCount(1);
    assertThat(tiles().first()).containsText("bulk three");
  }

  @Test
  void collapsesNearDuplicates() {
    filler.put("first twin", DrawnPhotos.star(Color.MAGENTA));
    filler.put("second twin", DrawnPhotos.star(Color.MAGENTA));
    page.part("#words").fill("twin");
    assertThat(page.frames()).hasCount(2);
    page.part("#words").fill("");
    page.button("Draw the example: Bell").click();
    Locator twins =
        page.part(".frame-title").filter(new FilterOptions().setHasText(Pattern.compile("twin")));
    assertThat(twins).hasCount(2);

    page.button("Hide duplicates").click();

    assertThat(twins).hasCount(1);
    assertThat(page.part(".frame-alike").filter(new FilterOptions().setHasText("+1"))).isVisible();
    page.part("#alike").click();
    assertThat(twins).hasCount(2);
    page.assertNoComplaints();
  }

  @Test
  void keepsADrawingInTheAddress() {
    page.button("Draw the example: Bell").click();
    page.awaitAnswer();
    assertTrue(page.window().url().contains("strokes="), page.window().url());

    page.window().reload();
    assertThat(page.sheet()).hasAccessibleName("Drawing sheet, 3 strokes");
    assertThat(page.title()).hasText("Closest photos");
    assertThat(page.frames().first()).isVisible();
    page.part("#view-gallery").click();
    assertThat(tiles().first()).isVisible();
    page.part("#view-search").click();
    assertThat(page.sheet()).hasAccessibleName("Drawing sheet, 3 strokes");
    assertThat(page.frames().first()).isVisible();
    page.assertNoComplaints();
  }

  @Test
  void fitsAPhoneAndWorksByKeyboard() {
    page.close();
    openAt(360, 740);
    page.part("#view-gallery").press("Enter");
    assertThat(tiles().first()).isVisible();
    page.assertNoSidewaysScrolling();

    Locator first = tiles().first().locator(".tile-open");
    first.press("Enter");
    assertThat(page.part("#details")).isVisible();
    page.assertNoSidewaysScrolling();
    page.part("#details-close").press("Enter");
    assertThat(first).isFocused();
    for (Locator control : page.part("button, a[href], input").all()) {
      if (control.isVisible()) {
        assertThat(control).hasAccessibleName(Pattern.compile("\\S"));
      }
    }
    page.assertNoComplaints();
  }

  private Locator tiles() {
    return page.part(".tile");
  }

  private void select(String title) {
    page.part("[aria-label='Select " + title + "']").check();
  }
}
