package io.sketchstream.shell.access;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AccessTest {
  private final Access access = new Access(Optional.of("correct-horse"));

  @Test
  void admitsWhoKnowsTheToken() {
    assertTrue(access.admits("Bearer correct-horse", null));
    assertTrue(access.admits("bearer  correct-horse ", null));
    assertTrue(access.admits(null, "correct-horse"));
    assertTrue(Access.OPEN.admits(null, null));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {"", "Bearer", "Bearer ", "Bearer correct", "Basic correct-horse", "correct-horse"})
  void refusesWhoDoesNot(String authorization) {
    assertFalse(access.admits(authorization, null));
    assertFalse(access.admits(authorization, "wrong"));
    assertFalse(access.admits(authorization, ""));
  }

  @Test
  void listensToStrangersOnlyWhenTold() {
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> Access.OPEN.check("0.0.0.0", false));
    assertTrue(refused.getMessage().contains("access.token"), refused.getMessage());
    assertDoesNotThrow(() -> Access.OPEN.check("127.0.0.1", false));
    assertDoesNotThrow(() -> Access.OPEN.check("localhost", false));
    assertDoesNotThrow(() -> Access.OPEN.check("0.0.0.0", true));
    assertDoesNotThrow(() -> access.check("0.0.0.0", false));
  }

  @Test
  void showsItToOtherServices() {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1"));
    assertEquals(
        Optional.of("Bearer correct-horse"),
        access.show(request).build().headers().firstValue("Authorization"));
    HttpRequest.Builder open = HttpRequest.newBuilder(URI.create("http://127.0.0.1"));
    assertTrue(Access.OPEN.show(open).build().headers().map().isEmpty());
  }

  @Test
  void keepsTheTokenToItself() {
    assertFalse(access.toString().contains("horse"));
  }
}
