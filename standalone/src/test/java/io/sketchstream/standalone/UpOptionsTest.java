package io.sketchstream.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UpOptionsTest {
  private static final Path USER_HOME = Path.of(System.getProperty("user.home"));

  @Test
  void hasDefaults() throws Exception {
    UpOptions options = UpOptions.parse();
    assertEquals(8080, options.port());
    assertEquals(USER_HOME.resolve(".sketchstream"), options.home());
    assertEquals("127.0.0.1", options.host());
    assertEquals(Optional.empty(), options.model());
    assertEquals(Optional.empty(), options.token());
    assertEquals(List.of(), options.watch());
    assertEquals(0, options.kafkaPort());
    assertEquals(Optional.empty(), options.help());
  }

  @Test
  void acceptsValuesAfterASpaceOrAnEqualsSign() throws Exception {
    for (UpOptions options :
        List.of(
            UpOptions.parse("--port", "9000", "--home", "/tmp/a=b", "--model", "m"),
            UpOptions.parse("--port=9000", "--home=/tmp/a=b", "--model=m"))) {
      assertEquals(9000, options.port());
      assertEquals(Path.of("/tmp/a=b"), options.home());
      assertEquals(Optional.of("m"), options.model());
    }
  }

  @Test
  void acceptsTheOptionsOfATeam() throws Exception {
    UpOptions options =
        UpOptions.parse(
            "--host=0.0.0.0", "--token=12345678", "--watch=/a", "--watch=~/b", "--kafka-port=9092");
    assertEquals("0.0.0.0", options.host());
    assertEquals(Optional.of("12345678"), options.token());
    assertEquals(List.of(Path.of("/a"), USER_HOME.resolve("b")), options.watch());
    assertEquals(9092, options.kafkaPort());
  }

  @Test
  void expandsATilde() throws Exception {
    assertEquals(USER_HOME.resolve("gallery"), UpOptions.parse("--home=~/gallery").home());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--port=x",
        "--port=65536",
        "--port=-1",
        "--port",
        "--port=",
        "--home=",
        "up",
        "-x",
        "--kafka-port=x"
      })
  void refusesWhatItDoesNotUnderstand(String argument) {
    var refused = assertThrows(RefusedStartException.class, () -> UpOptions.parse(argument));
    assertTrue(
        refused.getMessage().endsWith("\nSee: sketchstream up --help"), refused.getMessage());
  }

  @Test
  void suggestsSimilarOptions() {
    var refused = assertThrows(RefusedStartException.class, () -> UpOptions.parse("--hoem=x"));
    assertTrue(refused.getMessage().contains("Did you mean --home"), refused.getMessage());
  }

  @Test
  void printsItsHelp() throws Exception {
    String help = UpOptions.parse("--help").help().orElseThrow();
    assertTrue(help.contains("--kafka-port=PORT") && help.contains("Exit codes:"), help);
  }
}
