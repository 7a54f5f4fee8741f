package io.sketchstream.endtoend;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.options.AriaRole;
import java.awt.Color;
import org.junit.jupiter.api.Test;

/// "Watch for this": what comes in is told on the page.
final class WebPageWatchTest extends WebPageFixture {
  @Test
  void showsAMatchingNewPhoto() {
    page.drawCircle();
    page.awaitAnswer();
    page.part("#watch-rarity").selectOption("per_day=5");
    page.part("#watch").click();

    assertThat(page.part("#watching-list li")).hasCount(1);
    assertThat(page.part("#watching-list")).containsText("the best 5 a day");
    filler.put("came in later", DrawnPhotos.star(Color.BLUE));
    assertThat(page.part("#watching-feed")).containsText("came in later");
    assertThat(page.part("#watching-list")).containsText("1 photo");

    page.part("#watching-list button").click();
    assertThat(page.part("#watching-open")).isHidden();
    page.assertNoComplaints();
  }

  @Test
  void watchesForAPhotoAndForMoreLikeOne() {
    page.drop("#sheet", "ball.png", DrawnPhotos.gallery().get("ball"));
    assertThat(page.title()).hasText("Photos like yours");
    page.part("#watch-rarity").selectOption("per_day=5");
    page.part("#watch").click();
    assertThat(page.part("#watching-list li")).hasCount(1);
    assertThat(page.part("#watching-list")).containsText("ball.png");
    assertThat(page.part("#watching-list")).containsText("the best 5 a day");

    page.frames().first().getByRole(AriaRole.LINK).click();
    assertThat(page.title()).hasText("More like this");
    page.part("#watch").click();
    assertThat(page.part("#watching-list li")).hasCount(2);
    assertThat(page.part("#watching-list")).containsText("Like ball");
    filler.put("another ball", DrawnPhotos.gallery().get("ball"));
    assertThat(page.part("#watching-feed")).containsText("another ball");

    page.part("#watching-list button").first().click();
    assertThat(page.part("#watching-list li")).hasCount(1);
    page.part("#watching-list button").click();
    assertThat(page.part("#watching-open")).isHidden();
    page.assertNoComplaints();
  }

  @Test
  void asksForARateOnlyForPictureQueries() {
    filler.put("a harbour crane", DrawnPhotos.star(Color.RED));
    page.part("#words").fill("crane");
    assertThat(page.part("#watch")).isVisible();
    assertThat(page.part("#watch-rarity")).isHidden();
  }
}
