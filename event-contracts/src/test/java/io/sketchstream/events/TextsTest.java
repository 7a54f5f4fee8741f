package io.sketchstream.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextsTest {
  @Test
  void composesStripsAndFolds() {
    assertEquals(" Caf\u00e9 ", Texts.composed(" Cafe\u0301 "));
    assertEquals("Caf\u00e9", Texts.normalized(" Cafe\u0301 "));
    assertEquals("caf\u00e9", Texts.folded(" Cafe\u0301 "));
  }

  @ParameterizedTest
  @CsvSource({
    "\u00c9T\u00c9, \u00e9t\u00e9",
    "E\u0301TE\u0301, \u00e9t\u00e9",
    "STRASSE, stra\u00dfe",
    "STRA\u1e9eE, stra\u00dfe",
    "\u0130STANBUL, istanbul",
    "I\u0307stanbul, istanbul",
    "I\u015eIK, \u0131\u015f\u0131k",
    "\u039f\u0394\u039f\u03a3, \u03bf\u03b4\u03bf\u03c2",
    "\u03bf\u03b4\u03bf\u03c3, \u03bf\u03b4\u03bf\u03c2",
    "\ufb01sh, FISH",
    "\u01c5, \u01c6",
  })
  void isTheSameInEachCase(String one, String other) {
    assertEquals(Texts.folded(one), Texts.folded(other));
  }

  @Test
  void keepsOtherLettersApart() {
    assertNotEquals(Texts.folded("\u00e9t\u00e9"), Texts.folded("ete"));
    assertNotEquals(Texts.folded("\u00f6l"), Texts.folded("ol"));
  }

  /// So a text that was read from the index can be asked for.
  @Test
  void changesNothingTheSecondTime() {
    for (int c = 1; c <= Character.MAX_CODE_POINT; c++) {
      String folded = Texts.folded("a" + Character.toString(c) + "b");
      assertEquals(folded, Texts.folded(folded), () -> "a letter that folds twice");
      String alone = Texts.folded(Character.toString(c));
      assertEquals(alone, Texts.folded(alone), () -> "a letter that folds twice");
    }
  }
}
