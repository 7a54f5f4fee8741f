package io.sketchstream.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EmbedProgressTest {
  @Test
  void readsWhatItWrote() {
    EmbedProgress progress = new EmbedProgress(true, 1_764_486_000_000L, 123);
    assertEquals("v1 complete=true as-of=1764486000000 next=123", progress.metadata());
    assertEquals(Optional.of(progress), EmbedProgress.parse(progress.metadata()));
  }

  @Test
  void treatsForeignTextAsUnknown() {
    assertEquals(Optional.empty(), EmbedProgress.parse(""));
    assertEquals(Optional.empty(), EmbedProgress.parse(null));
    assertEquals(Optional.empty(), EmbedProgress.parse("v1 complete=yes as-of=1 next=1"));
    assertEquals(Optional.empty(), EmbedProgress.parse("v1 complete=true as-of=" + "9".repeat(30)));
  }
}
