package io.sketchstream.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TextsTest {
  @Test
  void composesStripsAndFolds() {
    assertEquals(" Caf\u00e9 ", Texts.composed(" Cafe\u0301 "));
    assertEquals("Caf\u00e9", Texts.normalized(" Cafe\u0301 "));
    assertEquals("caf\u00e9", Texts.folded(" Cafe\u0301 "));
  }
}
