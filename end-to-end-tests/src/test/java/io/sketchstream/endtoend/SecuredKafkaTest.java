package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.broker.BrokerLogin;
import io.sketchstream.broker.BrokerPorts;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Services with a Kafka that requires TLS and a password, configured by the usual keys of Kafka
/// clients. The services require a token, and their JSON log contains no secret.
@Timeout(value = 12, unit = TimeUnit.MINUTES)
final class SecuredKafkaTest {
  private static final String PASSWORD = "correct-horse-battery";
  private static final String TOKEN = "staple-of-callers";

  @TempDir Path directory;

  @Test
  void usesTlsWithAPasswordAndDoesNotRevealIt() throws Exception {
    Path keyStore = keyStore();
    try (EmbeddedBroker kafka = secured(keyStore);
        Fleet fleet = new Fleet(directory, kafka.bootstrapServers())) {
      URI ingest =
          fleet.start("ingest-service", settings(keyStore, "ingest", URI.create("http://nowhere")));
      URI query = fleet.start("query-service", settings(keyStore, "query", ingest));
      fleet.awaitReady(ingest);
      Map<String, String> token = Map.of("Authorization", "Bearer " + TOKEN);
      try (GalleryClient gallery = new GalleryClient(ingest, query, token)) {
        // Written by a producer, counted by Kafka Streams, read back by a consumer.
        assertEquals("accepted", gallery.put("secured", Pictures.png(1)).status());
        assertEquals(200, gallery.image("secured").statusCode());
        assertEquals(1, gallery.count());
        Await.until(
            "query-service, which has no model to search with, has Kafka's topics",
            Duration.ofMinutes(1),
            () -> gallery.get("/v1/status").statusCode() == 200,
            fleet.process(query)::report);
        Await.until(
            "query-service shows ingest-service the token, and is told how many images there are",
            Duration.ofMinutes(1),
            () -> gallery.status().at("/images/count").asLong() == 1,
            () -> gallery.status().toPrettyString());
      }
      try (GalleryClient stranger = new GalleryClient(ingest, query)) {
        assertEquals(401, stranger.image("secured").statusCode());
        assertEquals(401, stranger.trySearch(Pictures.png(1), 1, "").statusCode());
        assertEquals(401, stranger.get("/internal/v1/shards").statusCode());
        assertEquals(200, stranger.get("/q/health/live").statusCode());
        assertEquals(200, stranger.get("/").statusCode(), "the page asks for the token");
      }
      String ofIngest = fleet.process(ingest).report();
      String ofQuery = fleet.process(query).report();
      fleet.stop();
      assertFalse((ofIngest + ofQuery).contains(PASSWORD), "a password is in the log");
      assertFalse((ofIngest + ofQuery).contains(TOKEN), "the token is in the log");
      assertEveryLineIsJson(ofIngest);
      assertEveryLineIsJson(ofQuery);
    }
  }

  @Test
  void requiresATokenOfAReachableService() {
    try (ServerProcess open =
        ServerProcess.start(
            directory.resolve("open"),
            "ingest-service",
            List.of("-Dquarkus.http.host=0.0.0.0", "-Dquarkus.http.port=0"),
            List.of())) {
      assertEquals(1, open.awaitExit(Duration.ofMinutes(1)), open::report);
      assertTrue(
          open.report().contains("set access.token, which callers must then send"), open::report);
    }
  }

  private String[] settings(Path keyStore, String service, URI gallery) {
    return List.of(
            "-Dlog.format=json",
            "-Daccess.token=" + TOKEN,
            "-Dquery.gallery-url=" + gallery,
            "-D" + service + ".state-dir=" + directory.resolve(service),
            "-Dkafka.security.protocol=SASL_SSL",
            "-Dkafka.sasl.mechanism=PLAIN",
            "-Dkafka.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule"
                + " required username=\"sketchstream\" password=\""
                + PASSWORD
                + "\";",
            "-Dkafka.ssl.truststore.location=" + keyStore,
            "-Dkafka.ssl.truststore.password=" + PASSWORD)
        .toArray(String[]::new);
  }

  private static void assertEveryLineIsJson(String report) throws IOException {
    int lines = 0;
    for (String line : report.lines().filter(l -> l.startsWith("{")).toList()) {
      JsonNode json = new ObjectMapper().readTree(line);
      assertTrue(json.hasNonNull("message") && json.hasNonNull("log.level"), line);
      lines++;
    }
    assertTrue(lines > 0, report);
    List<String> others =
        report
            .lines()
            .filter(line -> !line.startsWith("{") && !line.startsWith("---") && !line.isBlank())
            // Output of the JVM itself, and lines before the configuration is read.
            .filter(line -> line.contains("[io.sketchstream") || line.contains(" ERROR "))
            .toList();
    assertEquals(List.of(), others);
  }

  /// Its listeners require TLS and a login.
  private EmbeddedBroker secured(Path keyStore) {
    BrokerPorts ports = BrokerPorts.free();
    Map<String, String> settings =
        new HashMap<>(new BrokerLogin("sketchstream", PASSWORD).broker("SASL_SSL", ports));
    for (String store : List.of("ssl.keystore", "ssl.truststore")) {
      settings.put(store + ".location", keyStore.toString());
      settings.put(store + ".password", PASSWORD);
      settings.put(store + ".type", "PKCS12");
    }
    return EmbeddedBroker.start(directory.resolve("kafka"), ports, settings);
  }

  /// A self-signed certificate for 127.0.0.1, made with keytool.
  private Path keyStore() throws IOException, InterruptedException {
    Path file = directory.resolve("kafka.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "kafka",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "SAN=IP:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    assertEquals(0, keytool.waitFor());
    return file;
  }
}
