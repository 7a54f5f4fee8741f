package io.sketchstream.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.events.Generation;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedBrokerTest {
  @TempDir Path home;

  @Test
  void findsItsTopicsAgainAfterARestart() throws Exception {
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
      assertEquals(2 * Topics.permanent().size() + 1, names.size(), names.toString());
      assertEquals(3, TopicProvisioner.imagePartitions(admin));
    }
  }

  private static Admin connect(EmbeddedBroker broker) {
    return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }
}
