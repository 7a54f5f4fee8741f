package io.sketchstream.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.validator.BeanValidationConfigValidatorImpl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QueryConfigTest {
  @Test
  void hasValidDefaults() {
    QueryConfig config = map(Map.of());
    assertEquals(1, config.standbys());
    assertEquals("float32", config.vectors());
    assertEquals(Duration.ofSeconds(10), config.sessionTimeout());
    assertEquals(160, config.hnsw().searchWidth());
    assertEquals(Duration.ofMillis(150), config.scatter().hedgeDelay());
    assertEquals(64L << 20, config.ramBufferMax().asLongValue());
    assertEquals(Optional.empty(), config.address());
  }

  @Test
  void readsEverySetting() {
    QueryConfig config =
        map(
            Map.of(
                "query.state-dir", "/data/index",
                "query.address", "[fd00::1]:8083",
                "query.vectors", "1bit",
                "query.hnsw.max-conn", "32",
                "query.scatter.incomplete-after", "2s"));
    assertEquals(Path.of("/data/index"), config.stateDir());
    assertEquals(Optional.of("[fd00::1]:8083"), config.address());
    assertEquals("1bit", config.vectors());
    assertEquals(32, config.hnsw().maxConn());
    assertEquals(Duration.ofSeconds(2), config.scatter().incompleteAfter());
  }

  @ParameterizedTest
  @CsvSource({
    "query.vectors, int4, vectors",
    "query.address, http://elsewhere:80, address",
    "query.address, fd00::1:80, address",
    "query.standbys, 9, standbys",
    "query.session-timeout, 1s, query.session-timeout",
    "query.hnsw.max-conn, 1, query.hnsw.max-conn",
    "query.pending-max, 0, query.pending-max",
    "query.commit-interval, 1ms, query.commit-interval",
    "query.standby, 1, query.standby"
  })
  void refusesWhatIsOutOfRangeOrUnknown(String key, String value, String named) {
    ConfigValidationException refused =
        assertThrows(ConfigValidationException.class, () -> map(Map.of(key, value)));
    assertTrue(refused.getMessage().contains(named), refused.getMessage());
  }

  private static QueryConfig map(Map<String, String> settings) {
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .addDiscoveredConverters()
        .withSources(new PropertiesConfigSource(settings, "test", 100))
        .withSources(
            new PropertiesConfigSource(Map.of("user.home", "/home/somebody"), "system", 50))
        .withMapping(QueryConfig.class)
        .withValidator(new BeanValidationConfigValidatorImpl())
        .build()
        .getConfigMapping(QueryConfig.class);
  }
}
