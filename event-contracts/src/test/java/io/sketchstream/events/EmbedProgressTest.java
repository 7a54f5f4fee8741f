package io.sketchstream.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EmbedProgressTest {
  @Test
  void isReadAsItWasWritten() {
    EmbedProgress progress =
        new EmbedProgress(true, 1_764_486_000_000L, 123, 7, "XO5voR2FSROjGTxGzlhb-Q");
    assertEquals(
        "v2 images=XO5voR2FSROjGTxGzlhb-Q complete=true as-of=1764486000000 next=123 term=7",
        progress.metadata());
    assertEquals(Optional.of(progress), EmbedProgress.parse(progress.metadata()));
    EmbedProgress unknown = new EmbedProgress(false, 0, 0, 0, "");
    assertEquals(Optional.of(unknown), EmbedProgress.parse(unknown.metadata()));
  }

  @Test
  void versionOneIsRead() {
    assertEquals(
        Optional.of(new EmbedProgress(true, 1_764_486_000_000L, 123, 0, "")),
        EmbedProgress.parse("v1 complete=true as-of=1764486000000 next=123"));
  }

  @Test
  void aNoteWithoutATermIsRead() {
    assertEquals(
        Optional.of(new EmbedProgress(true, 5, 123, 0, "")),
        EmbedProgress.parse("v1 complete=true as-of=5 next=123"));
  }

  /// Whether the notes are there or not.
  @Test
  void eachOwnerHasAHigherTerm() {
    long first = EmbedProgress.nextTerm(0, 0);
    long withoutARecord = EmbedProgress.nextTerm(first, 0);
    assertTrue(withoutARecord > first);
    long afterOneRecord = EmbedProgress.nextTerm(withoutARecord, 1);
    assertTrue(afterOneRecord > withoutARecord);
    assertTrue(EmbedProgress.nextTerm(0, 2) > EmbedProgress.nextTerm(afterOneRecord, 1));
  }

  @Test
  void termsGrowWithTheTopic() {
    long owner = EmbedProgress.nextTerm(EmbedProgress.nextTerm(0, 3), 3);
    assertTrue(EmbedProgress.isTerm(owner, 3));
    assertTrue(EmbedProgress.isTerm(0, 0));
    assertFalse(EmbedProgress.isTerm(-1, 3));
    assertFalse(EmbedProgress.isTerm(EmbedProgress.nextTerm(0, 4), 3), "the end was not there yet");
    assertFalse(EmbedProgress.isTerm(Long.MAX_VALUE, 1_000_000_000));
  }

  @Test
  void whatAnotherWroteIsUnknown() {
    assertEquals(Optional.empty(), EmbedProgress.parse(""));
    assertEquals(Optional.empty(), EmbedProgress.parse(null));
    assertEquals(Optional.empty(), EmbedProgress.parse("v1 complete=yes as-of=1 next=1"));
    assertEquals(Optional.empty(), EmbedProgress.parse("v1 complete=true as-of=" + "9".repeat(30)));
  }
}
