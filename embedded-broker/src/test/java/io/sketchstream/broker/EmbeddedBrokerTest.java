package io.sketchstream.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sketchstream.events.Generation;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedBrokerTest {
  @TempDir Path home;

  @Test
  void keepsItsTopicsAfterARestart() throws Exception {
    Generation generation = new Generation("g1");
    try (EmbeddedBroker broker = EmbeddedBroker.start(home);
        Admin admin = connect(broker)) {
      TopicProvisioner provisioner = new TopicProvisioner(3, (short) 1);
      provisioner.createPermanent(admin);
      provisioner.createPermanent(admin);
      provisioner.createEmbeddings(admin, generation);
      assertEquals(3, TopicProvisioner.imagePartitions(admin));
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(home);
        Admin admin = connect(broker)) {
      Set<String> names = admin.listTopics().names().get();
      assertEquals(2 * Topics.permanent().size() + 2, names.size(), names.toString());
      assertEquals(3, TopicProvisioner.imagePartitions(admin));
    }
  }

  @Test
  void startsUnderALocaleWithOtherDigits() throws Exception {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("fa-IR"));
    try (EmbeddedBroker broker = EmbeddedBroker.start(home);
        Admin admin = connect(broker)) {
      new TopicProvisioner(3, (short) 1).createPermanent(admin);
      try (Producer<String, String> producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", broker.bootstrapServers()),
              new StringSerializer(),
              new StringSerializer())) {
        producer.send(new ProducerRecord<>("images", 2, "one", "value")).get();
      }
    } finally {
      Locale.setDefault(before);
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(home);
        Admin admin = connect(broker)) {
      assertEquals(3, TopicProvisioner.imagePartitions(admin));
      TopicPartition last = new TopicPartition("images", 2);
      assertEquals(
          1,
          admin
              .listOffsets(Map.of(last, OffsetSpec.latest()))
              .partitionResult(last)
              .get()
              .offset());
    }
  }

  /// A broker learns of a topic after the controller that made it.
  @Test
  void hasATopicOnceItIsCreated() throws Exception {
    TopicProvisioner provisioner = new TopicProvisioner(1, (short) 1);
    try (EmbeddedBroker broker = EmbeddedBroker.start(home);
        Admin admin = connect(broker)) {
      provisioner.createPermanent(admin);
      for (int i = 0; i < 10; i++) {
        Generation generation = new Generation("made-" + i);
        provisioner.createEmbeddings(admin, generation);
        String topic = Topics.imageEmbeddings(generation).name();
        assertEquals(
            Set.of(topic), admin.describeTopics(Set.of(topic)).allTopicNames().get().keySet());
      }
    }
  }

  @Test
  void admitsOnlyItsLogin() throws Exception {
    BrokerLogin login = BrokerLogin.random("owner");
    BrokerPorts ports = BrokerPorts.free();
    try (EmbeddedBroker broker = EmbeddedBroker.start(home, ports, login)) {
      Map<String, Object> settings = new HashMap<>(login.client());
      settings.put("bootstrap.servers", broker.bootstrapServers());
      try (Admin admin = Admin.create(settings)) {
        new TopicProvisioner(3, (short) 1).createPermanent(admin);
        assertEquals(3, TopicProvisioner.imagePartitions(admin));
      }
      settings.putAll(new BrokerLogin("owner", "wrong").client());
      assertRefused(settings, SaslAuthenticationException.class);
      settings.keySet().retainAll(Set.of("bootstrap.servers"));
      settings.put("default.api.timeout.ms", 3000);
      settings.put("request.timeout.ms", 1000);
      assertRefused(settings, TimeoutException.class);
      // The controller's port is no way in, either.
      settings.putAll(new BrokerLogin("owner", "wrong").client());
      settings.remove("bootstrap.servers");
      settings.put("bootstrap.controllers", ports.controllerAddress());
      assertRefused(settings, SaslAuthenticationException.class);
    }
  }

  private static void assertRefused(
      Map<String, Object> settings, Class<? extends Exception> reason) {
    try (Admin admin = Admin.create(settings)) {
      ExecutionException refused =
          assertThrows(ExecutionException.class, () -> admin.describeCluster().nodes().get());
      assertInstanceOf(reason, refused.getCause());
    }
  }

  @Test
  void keepsTombstonesForAMonthAndTransientDataForAnHour() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(home);
        Admin admin = connect(broker)) {
      // As they were made before there was a retention.
      admin
          .createTopics(
              List.of(
                  new NewTopic("images", 3, (short) 1).configs(Map.of("cleanup.policy", "compact")),
                  new NewTopic("sketches", 1, (short) 1)))
          .all()
          .get();
      new TopicProvisioner(3, (short) 1).createPermanent(admin);
      String month = Long.toString(Duration.ofDays(30).toMillis());
      awaitConfig(admin, "images", "delete.retention.ms", month);
      awaitConfig(admin, "labels", "delete.retention.ms", month);
      awaitConfig(admin, "sketches", "segment.ms", "600000");
      awaitConfig(admin, "search-results", "segment.ms", "600000");
      awaitConfig(admin, "sketches", "message.timestamp.type", "LogAppendTime");
      awaitConfig(admin, "search-results", "message.timestamp.type", "LogAppendTime");

      new TopicProvisioner(3, (short) 1, Duration.ofDays(2)).createPermanent(admin);
      awaitConfig(admin, "images", "delete.retention.ms", "172800000");
    }
  }

  /// Brokers learn of a change a moment after the controller has made it.
  private static void awaitConfig(Admin admin, String topic, String key, String value) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Await.until(
        key + " of " + topic + " is " + value,
        () ->
            admin
                .describeConfigs(List.of(resource))
                .all()
                .get()
                .get(resource)
                .get(key)
                .value()
                .equals(value));
  }

  private static Admin connect(EmbeddedBroker broker) {
    return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }
}
