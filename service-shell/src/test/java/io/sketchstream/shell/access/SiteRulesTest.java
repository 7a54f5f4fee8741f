package io.sketchstream.shell.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SiteRulesTest {
  private static final String OWN = "127.0.0.1:8080";

  private final SiteRules loopback = new SiteRules(true, "127.0.0.1", List.of(), List.of());
  private final SiteRules named =
      new SiteRules(true, "127.0.0.1", List.of("Gallery.example", "proxy:9000"), List.of());
  private final SiteRules withKey = new SiteRules(false, "0.0.0.0", List.of(), List.of());

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "127.0.0.1:8080", "localhost:8080", "LocalHost", "[::1]:8080"})
  void answersTheNamesOfThisMachine(String host) {
    assertEquals(Optional.empty(), loopback.refusal(get(host)));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "localhost.evil.example:80",
        "localhost@evil.example",
        "",
        "[::2]:8080",
        "0.0.0.0:8080",
        "127.0.0.1:8080:9"
      })
  void answersNoOtherName(String host) {
    assertEquals(403, loopback.refusal(get(host)).orElseThrow().status());
    assertEquals(Optional.empty(), withKey.refusal(get(host)));
  }

  @Test
  void acceptsConfiguredHostNames() {
    assertEquals(Optional.empty(), named.refusal(get("gallery.example:8443")));
    assertEquals(Optional.empty(), named.refusal(get("proxy:9000")));
    assertTrue(named.refusal(get("proxy:9001")).isPresent());
  }

  @ParameterizedTest
  @CsvSource({
    "http://evil.example, cross-site",
    "http://evil.example, ",
    "http://localhost:3000, same-site",
    "http://127.0.0.1:8081, same-site",
    "https://127.0.0.1, same-site",
    "null, cross-site",
    "null, ",
    ", cross-site",
    "http://127.0.0.1:8080, cross-site",
    "file://, ",
    "not a URI, "
  })
  void pagesOfOtherOriginsMayNotWrite(String origin, String site) {
    for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "WHATEVER")) {
      for (SiteRules rules : List.of(loopback, withKey)) {
        SiteRules.Refusal refusal = rules.refusal(write(method, OWN, origin, site)).orElseThrow();
        assertEquals(403, refusal.status());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:8080, http://127.0.0.1:8080, same-origin",
    "localhost:8080, http://LOCALHOST:8080, same-origin",
    "localhost, http://localhost, ",
    "[::1]:8080, http://[::1]:8080, same-origin",
    "localhost:443, https://localhost, same-origin",
    "localhost, https://localhost, same-origin",
    "127.0.0.1:8080, , ",
    "127.0.0.1:8080, , same-origin",
    "127.0.0.1:8080, , none"
  })
  void itsOwnPageAndProgramsMay(String host, String origin, String site) {
    assertEquals(Optional.empty(), loopback.refusal(write("POST", host, origin, site)));
  }

  @Test
  void acceptsWritesFromConfiguredOrigins() {
    SiteRules rules =
        new SiteRules(
            false, "0.0.0.0", List.of(), List.of("http://localhost:8083", "/https://.*\\.ours/"));
    assertEquals(
        Optional.empty(),
        rules.refusal(write("PUT", "localhost:8081", "http://localhost:8083", "same-site")));
    assertEquals(
        Optional.empty(),
        rules.refusal(write("PUT", "localhost:8081", "https://a.ours", "cross-site")));
    assertTrue(
        rules
            .refusal(write("PUT", "localhost:8081", "https://a.ours.evil.example", "cross-site"))
            .isPresent());
    // A proxy that puts another name into Host.
    assertEquals(
        Optional.empty(),
        named.refusal(write("POST", OWN, "https://gallery.example", "same-origin")));
  }

  @Test
  void acceptsReadsFromOtherOrigins() {
    assertEquals(
        Optional.empty(), loopback.refusal(write("GET", OWN, "http://evil.example", "cross-site")));
  }

  @Test
  void requiresAContentTypeOfAPostWithABody() {
    assertEquals(415, loopback.refusal(post(null, true)).orElseThrow().status());
    assertEquals(415, loopback.refusal(post(" ", true)).orElseThrow().status());
    assertEquals(Optional.empty(), loopback.refusal(post(null, false)));
    assertEquals(Optional.empty(), loopback.refusal(post("image/png", true)));
  }

  private static SiteRules.Request post(String type, boolean body) {
    return new SiteRules.Request("POST", OWN, null, null, type, body);
  }

  private static SiteRules.Request get(String host) {
    return new SiteRules.Request("GET", host, null, null, null, false);
  }

  private static SiteRules.Request write(String method, String host, String origin, String site) {
    return new SiteRules.Request(method, host, origin, site, "image/png", true);
  }
}
