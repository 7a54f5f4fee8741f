package io.sketchstream.endtoend;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.FilePayload;
import java.awt.Color;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Feedback on an answer, answers that nothing fits, photos as queries, tags beside a search; and
/// the models. Buttons on photos are pressed without a pointer: a later answer may move them.
final class WebPageSteerTest extends WebPageFixture {
  @Test
  void reranksByFeedbackAndKeepsItInTheAddress() {
    page.button("Draw the example: Bell").click();
    page.awaitAnswer();
    Locator more = page.button("More like plank");
    more.dispatchEvent("click");

    assertThat(more).hasAttribute("aria-pressed", "true");
    assertThat(page.part("#feedback-text")).hasText("Reranked: more like one photo.");
    assertThat(page.frames().first()).containsText("plank");
    page.button("Less like tent").dispatchEvent("click");
    assertThat(page.part("#feedback-text")).containsText("less like one photo");

    page.window().reload();
    assertThat(more).hasAttribute("aria-pressed", "true");
    assertThat(page.button("Less like tent")).hasAttribute("aria-pressed", "true");
    assertThat(page.frames().first()).containsText("plank");
    assertTrue(page.window().url().contains("unlike="), page.window().url());
    page.button("Rank as before").click();
    assertThat(page.part("#feedback")).isHidden();
    assertThat(more).hasAttribute("aria-pressed", "false");
    assertFalse(page.window().url().contains("like="), page.window().url());
    page.assertNoComplaints();
  }

  @Test
  void saysThatNothingFitsAndShowsItAnyway() {
    page.changeAnswers(SEARCHES, page::withNothingFitting);
    page.button("Draw the example: Bell").click();

    assertThat(page.part("#message")).containsText("Nothing here looks like this");
    assertThat(page.frames()).hasCount(0);
    page.button("Show anyway").click();
    assertThat(page.frames().first()).isVisible();
    assertThat(page.part("#message")).isHidden();
    assertThat(page.title()).hasText(Pattern.compile("Closest photos.*"));
    page.window().unroute(SEARCHES);
  }

  @Test
  void recognisesAPhotoUnlessToldOtherwise() {
    byte[] ball = DrawnPhotos.gallery().get("ball");
    page.part("#sketch-file").setInputFiles(new FilePayload("ball.png", "image/png", ball));

    assertThat(page.title()).hasText("Photos like yours");
    assertThat(page.frames().first()).containsText("ball");
    assertThat(page.part("#picture-photo")).hasAttribute("aria-pressed", "true");
    page.part("#picture-sketch").click();
    assertThat(page.title()).hasText("Closest photos");
    assertThat(page.frames().first()).isVisible();
    page.button("Clear").click();
    assertThat(page.part("#picture-kind")).isHidden();
    page.assertNoComplaints();
  }

  @Test
  void offersTagsWithASearch() {
    filler.put("a tagged star", DrawnPhotos.star(Color.BLUE), "starry");
    page.button("Draw the example: Bell").click();
    Locator tag = page.part("#facets [data-tag='starry']");
    assertThat(tag).isVisible();
    tag.click();

    assertThat(page.frames()).hasCount(1);
    assertThat(page.button("Stop filtering by tag starry")).isVisible();
    page.assertNoComplaints();
  }

  @Test
  void namesModelsAndConfirmsChanges() {
    page.part("#view-models").click();
    Locator model = page.part(".model");
    assertThat(model).hasCount(1);
    assertThat(model).containsText("Model 1");
    assertThat(model).containsText("Answers searches");
    assertThat(model).containsText("today");
    assertThat(page.part("#status-generation")).hasText("Model 1");
    assertThat(model.locator(".model-activate")).isHidden();
    page.assertNoSidewaysScrolling();

    page.changeAnswers("**/v1/models", answer -> answer.replace("\"ACTIVE\"", "\"READY\""));
    page.button("Use for searches").dispatchEvent("click");
    assertThat(page.part("#confirm")).isVisible();
    assertThat(page.part("#confirm-title")).hasText("Activate Model 1?");
    page.button("Cancel").click();
    assertThat(page.part("#confirm")).isHidden();
    page.window().unroute("**/v1/models");
    page.assertNoComplaints();
  }
}
