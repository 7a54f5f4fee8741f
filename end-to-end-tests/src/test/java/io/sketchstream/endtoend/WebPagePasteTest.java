package io.sketchstream.endtoend;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import java.awt.Color;
import org.junit.jupiter.api.Test;

/// Pictures dropped on the sheet and pasted: the view says what they are for.
final class WebPagePasteTest extends WebPageFixture {
  @Test
  void searchesWithAPictureDroppedOnTheSheet() {
    page.drop("#sheet", "ball.png", DrawnPhotos.gallery().get("ball"));

    assertThat(page.part("#sheet-name")).hasText("ball.png");
    assertThat(page.title()).hasText("Photos like yours");
    assertThat(page.frames().first()).containsText("ball");
    assertThat(page.part("#uploads")).isHidden();
    page.assertNoComplaints();
  }

  @Test
  void searchesWithAPastedPictureWhereverTheFocusIs() {
    page.part("#words").focus();
    page.paste("body", "ball.png", DrawnPhotos.gallery().get("ball"), "");

    assertThat(page.part("#sheet-name")).hasText("ball.png");
    assertThat(page.title()).hasText("Photos like yours");
    assertThat(page.frames().first()).containsText("ball");
    assertThat(page.part("#uploads")).isHidden();
    page.assertNoComplaints();
  }

  @Test
  void addsAPastedPictureToTheGalleryThatIsSeen() {
    page.part("#view-gallery").click();
    assertThat(page.part(".tile").first()).isVisible();
    page.paste("body", "pasted_star.png", DrawnPhotos.star(Color.PINK), "");

    assertThat(page.part("#upload-list")).containsText("pasted_star.png");
    assertThat(page.part("#upload-list")).containsText("Searchable");
    page.assertNoComplaints();
  }

  @Test
  void leavesWordsPastedIntoATextFieldAlone() {
    page.paste("#words", "words.png", DrawnPhotos.star(Color.RED), "a pasted word");
    page.drawCircle();

    assertThat(page.frames().first()).isVisible();
    assertThat(page.part("#sheet-name")).isHidden();
    assertThat(page.part("#uploads")).isHidden();
    page.assertNoComplaints();
  }
}
