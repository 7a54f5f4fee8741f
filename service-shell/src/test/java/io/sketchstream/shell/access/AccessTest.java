package io.sketchstream.shell.access;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AccessTest {
  private static final KeyRing OPEN = new KeyRing(List.of(), Optional.empty());

  private final Access access = new Access(Optional.of("correct-horse"));
  private final KeyRing keys =
      new KeyRing(List.of(Key.ofAll("access.token", "correct-horse")), Optional.empty());

  @Test
  void admitsRequestsWithTheToken() {
    assertTrue(keys.find("Bearer correct-horse", null).isPresent());
    assertTrue(keys.find("bearer  correct-horse ", null).isPresent());
    assertTrue(keys.find(null, "correct-horse").isPresent());
    assertTrue(keys.find("Bearer correct-horse", null).orElseThrow().allows(Scope.ADMIN));
    assertTrue(OPEN.open());
    assertFalse(keys.open());
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {"", "Bearer", "Bearer ", "Bearer correct", "Basic correct-horse", "correct-horse"})
  void refusesWhoDoesNot(String authorization) {
    assertTrue(keys.find(authorization, null).isEmpty());
    assertTrue(keys.find(authorization, "wrong").isEmpty());
    assertTrue(keys.find(authorization, "").isEmpty());
  }

  @Test
  void listensOnOtherAddressesOnlyWhenConfigured() {
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> AccessBeans.check(OPEN, "0.0.0.0", false));
    assertTrue(refused.getMessage().contains("access.token"), refused.getMessage());
    assertDoesNotThrow(() -> AccessBeans.check(OPEN, "127.0.0.1", false));
    assertDoesNotThrow(() -> AccessBeans.check(OPEN, "localhost", false));
    assertDoesNotThrow(() -> AccessBeans.check(OPEN, "0.0.0.0", true));
    assertDoesNotThrow(() -> AccessBeans.check(keys, "0.0.0.0", false));
  }

  @Test
  void sendsTheTokenToOtherServices() {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1"));
    assertEquals(
        Optional.of("Bearer correct-horse"),
        access.show(request).build().headers().firstValue("Authorization"));
    HttpRequest.Builder open = HttpRequest.newBuilder(URI.create("http://127.0.0.1"));
    assertTrue(Access.OPEN.show(open).build().headers().map().isEmpty());
  }

  @Test
  void doesNotRevealTheToken() {
    assertFalse(access.toString().contains("horse"));
    assertFalse(Key.ofAll("anna", "correct-horse").toString().contains("horse"));
  }
}
