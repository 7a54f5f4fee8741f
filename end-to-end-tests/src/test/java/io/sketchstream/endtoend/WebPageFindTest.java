package io.sketchstream.endtoend;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Locator.FilterOptions;
import java.awt.Color;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Telling photos apart: captions, near-duplicates, filters, and tags for many at once.
final class WebPageFindTest extends WebPageFixture {
  @Test
  void captionsTellPhotosApart() {
    assertEquals(List.of("…dog", "…cat"), captions("'a photo of a dog.jpg'", "'a photo of a cat'"));
    assertEquals(List.of("red boat", "red car"), captions("'red boat'", "'red car'"));
    assertEquals(
        List.of("IMG dog", "550e8400-e29b-41d4-a716-446655440000"),
        captions(
            "'IMG d41d8cd98f00b204e9800998ecf8427e dog.jpg'",
            "'550e8400-e29b-41d4-a716-446655440000.png'"));
    assertEquals(
        List.of("boat, blue", "boat, red", "boat"),
        captions("'boat', tags: ['sea', 'blue']", "'boat', tags: ['sea', 'red']", "'boat'"));
    assertEquals(
        List.of("boat, Jan 1, 2026", "boat, Jan 3, 2026"),
        captions(
            "'boat', ingestedAt: '2026-01-01T12:00:00Z'",
            "'boat', ingestedAt: '2026-01-03T12:00:00Z'"));
    assertEquals(List.of("crane", "Photo 1-abcdef"), captions("'', tags: ['crane']", "' '"));
    assertEquals(List.of("ball"), captions("'ball'"));
    assertEquals(List.of(), captions());
  }

  private List<?> captions(String... titles) {
    StringBuilder photos = new StringBuilder();
    for (int i = 0; i < titles.length; i++) {
      photos.append("{imageId: '%d-abcdef', title: %s},".formatted(i, titles[i]));
    }
    return (List<?>)
        page.window()
            .evaluate(
                "async () => (await import('/page/captions.js')).captions([%s])".formatted(photos));
  }

  @Test
  void opensNearDuplicatesOfAPhotoAndOfMoreLikeIt() {
    filler.put("a twin with a rare end", DrawnPhotos.star(Color.MAGENTA));
    filler.put("a twin with another end", DrawnPhotos.star(Color.MAGENTA));
    page.button("Draw the example: Bell").click();
    page.button("Hide duplicates").click();
    Locator twin =
        page.part(".frame").filter(new FilterOptions().setHasText(Pattern.compile("end")));
    assertThat(twin).hasCount(1);
    twin.locator(".frame-alike").dispatchEvent("click");

    assertThat(page.part("#duplicates")).isVisible();
    assertThat(page.part("#duplicates-list")).containsText("a twin with a rare end");
    assertThat(page.part("#duplicates-list")).containsText("a twin with another end");
    page.part("#duplicates-list button").last().click();
    assertThat(page.part("#duplicates")).isHidden();
    assertThat(page.part("#details-title")).containsText("a twin with");
    page.part("#details-close").click();

    // More like another photo, near-duplicates are one hit as well.
    page.part(".frame a[aria-label*=': tent']").dispatchEvent("click");
    assertThat(page.title()).hasText("More like this");
    assertThat(twin).hasCount(1);
    assertThat(page.part("#alike")).hasText(Pattern.compile("Show \\d+ duplicates?"));
    page.part("#alike").click();
    assertThat(twin).hasCount(2);
    page.assertNoComplaints();
  }

  @Test
  void takesAFilterAndSaysWhatIsWrongWithIt() {
    filler.put("a filtered star", DrawnPhotos.star(Color.BLUE), "filtered");
    page.part("#view-gallery").click();
    page.part("#advanced summary").click();
    page.part("#filter").fill("tag:filtered and (");
    page.part("#filter").press("Enter");

    assertThat(page.part("#filter-problem")).isVisible();
    assertThat(page.part("#filter-problem")).containsText("filter");
    assertThat(page.part("#filter")).hasAttribute("aria-invalid", "true");
    page.part("#filter").fill("tag:filtered and not tag:other");
    page.part("#filter").press("Enter");
    assertThat(page.part("#filter-problem")).isHidden();
    assertThat(page.part(".tile")).hasCount(1);

    page.part("#view-search").click();
    page.window().goBack();
    assertThat(page.part("#filter")).hasValue("tag:filtered and not tag:other");
    assertThat(page.part(".tile")).hasCount(1);
  }

  @Test
  void tagsManyPhotosAtOnce() {
    filler.put("to tag one", DrawnPhotos.star(Color.GREEN), "kept");
    filler.put("to tag two", DrawnPhotos.star(Color.ORANGE));
    page.part("#view-gallery").click();
    page.part("#words").fill("to tag");
    assertThat(page.part(".tile")).hasCount(2);
    page.part("[aria-label='Select to tag one']").check();
    page.part("[aria-label='Select to tag two']").check();

    page.part("#selection-tag").fill("pointed");
    page.button("Add tag").click();
    assertThat(page.part("#selection-state")).hasText("Added pointed: 2 photos");
    Locator tag = page.part("#facets button").filter(new FilterOptions().setHasText("pointed"));
    assertThat(tag).containsText("2");
    assertThat(page.part("#selection-count")).hasText("2 selected");
    page.button("Remove tag").click();
    assertThat(page.part("#selection-state")).hasText("Removed pointed: 2 photos");
    assertThat(tag).hasCount(0);
    // The other tags stay.
    assertThat(page.part("#facets button").filter(new FilterOptions().setHasText("kept")))
        .isVisible();
    page.assertNoComplaints();
  }
}
