package io.sketchstream.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigFileTest {
  private static final Map<String, String> OWN = Map.of("quarkus.http.port", "1");

  @TempDir Path home;

  @Test
  void givesOptionsAndSettings() throws Exception {
    Path file =
        file(
            """
            # Ours.
            port = 9000
            token = ö-12345678
            watch = pictures, /srv/a\\\\,b
            kafka-port=9092
            model=mine
            ingest.max-bytes = 64M
            """);
    for (UpOptions options :
        List.of(UpOptions.parse("--home", home.toString()), UpOptions.parse("--config=" + file))) {
      assertEquals(9000, options.port());
      assertEquals(9092, options.kafkaPort());
      assertEquals("127.0.0.1", options.host());
      assertEquals(Optional.of("mine"), options.model());
      assertEquals(Optional.of("ö-12345678"), options.token());
      assertEquals(List.of(home.resolve("pictures"), Path.of("/srv/a,b")), options.watch());
      assertEquals(Map.of("ingest.max-bytes", "64M"), options.file().settings());
    }
    UpOptions options = UpOptions.parse("--config=" + file, "--port=1", "--watch=/w");
    assertEquals(1, options.port());
    assertEquals(List.of(Path.of("/w")), options.watch());
  }

  @Test
  void mayNameTheHomeUnlessItIsInIt() throws Exception {
    Path file = file("home = data");
    assertEquals(home.resolve("data"), UpOptions.parse("--config=" + file).home());
    assertRefused("'home' can't be set", "--home=" + home);
  }

  @Test
  void refusesWhatItDoesNotKnow() throws Exception {
    for (String key :
        List.of("prot", "acces.token", "ingest", "help", "config", "%dev.log.format")) {
      file(key + "=x");
      assertRefused("'" + key + "' is neither an option of `up` nor a setting", "--home=" + home);
    }
    file("port=x");
    assertRefused("'x' is not a port: 0 to 65535 (in " + home, "--home=" + home);
    assertRefused("there is no file " + home.resolve("none"), "--config=" + home.resolve("none"));
  }

  @Test
  void refusesAKeyThatIsGivenTwice() throws Exception {
    Path file = file("port=1\nwatch=/a\nwatch=/b");
    assertRefused(file + ": 'watch' is given twice", "--home=" + home);
  }

  @Test
  void refusesASecondFileThatWouldHideTheOneOfTheHome() throws Exception {
    Path own = file("port=1");
    Path other = Files.writeString(home.resolve("other"), "home=" + home);
    assertRefused("the home has a file of its own, " + own, "--config=" + other);
    assertEquals(1, UpOptions.parse("--home=" + home, "--config=" + own).port());
  }

  @Test
  void whatUpSetsItselfIsSetByNoOther() throws Exception {
    file("quarkus.http.port=5");
    assertIgnored("'quarkus.http.port' in " + home, Map.of(), Map.of(), Map.of());
    file("");
    assertIgnored(
        "the environment variable QUARKUS_HTTP_PORT would have no effect",
        Map.of(),
        Map.of(),
        Map.of("QUARKUS_HTTP_PORT", "1"));
    assertIgnored(
        "the system property quarkus.http.port would have no effect",
        Map.of(),
        Map.of("quarkus.http.port", "1"),
        Map.of());
  }

  @Test
  void whatIsGivenTwiceIsTheSame() throws Exception {
    Map<String, String> token = Map.of("access.token", "12345678");
    file("access.token=87654321");
    assertIgnored("'access.token' in " + home, token, Map.of(), Map.of());
    file("");
    assertIgnored(
        "the environment variable ACCESS_TOKEN differs from --token",
        token,
        Map.of(),
        Map.of("ACCESS_TOKEN", "87654321"));
    assertIgnored(
        "the environment variable INGEST_WATCH differs from --watch",
        Map.of("ingest.watch", "/a"),
        Map.of(),
        Map.of("INGEST_WATCH", "/b"));
    file("query.k-max=5");
    assertIgnored(
        "the system property query.k-max differs from the one in " + home,
        Map.of(),
        Map.of("query.k-max", "6"),
        Map.of());
    file("access.token=12345678\nquery.k-max=5");
    assertEquals(
        Map.of("access.token", "12345678", "query.k-max", "5", "quarkus.http.port", "1"),
        settings(Map.of("query.k-max", "5"), Map.of("ACCESS_TOKEN", "12345678"))
            .together(OWN, token));
  }

  private void assertIgnored(
      String reason,
      Map<String, String> chosen,
      Map<String, String> properties,
      Map<String, String> environment)
      throws Exception {
    Settings settings = settings(properties, environment);
    var refused = assertThrows(RefusedStartException.class, () -> settings.together(OWN, chosen));
    assertTrue(refused.getMessage().startsWith(reason), refused.getMessage());
    assertTrue(!refused.getMessage().contains("8765"), "no secret is printed");
  }

  private Settings settings(Map<String, String> properties, Map<String, String> environment)
      throws Exception {
    return new Settings(properties::get, environment::get, ConfigFile.ofHome(home));
  }

  private static void assertRefused(String reason, String... options) {
    var refused = assertThrows(RefusedStartException.class, () -> UpOptions.parse(options));
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }

  private Path file(String text) throws Exception {
    return Files.writeString(home.resolve(ConfigFile.NAME), text);
  }
}
