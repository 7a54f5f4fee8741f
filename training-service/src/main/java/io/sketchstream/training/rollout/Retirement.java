package io.sketchstream.training.rollout;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.ConsumerGroups;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;

/// Deletes what is left in Kafka of generations that have ended: first the groups, once they are
/// empty, then the topic.
final class Retirement {
  private static final Logger LOG = Logger.getLogger(Retirement.class);

  private final Admin admin;

  Retirement(Admin admin) {
    this.admin = admin;
  }

  /// Deletes what can be deleted now; the rest is left for the next call.
  ///
  /// @return the generations of which nothing is left
  /// @throws KafkaException when Kafka refuses
  List<Generation> free(List<Generation> over) throws InterruptedException {
    List<Generation> freed = new ArrayList<>();
    if (over.isEmpty()) {
      return freed;
    }
    try {
      Set<String> topics = admin.listTopics().names().get();
      Set<String> groups =
          admin.listGroups().all().get().stream()
              .map(GroupListing::groupId)
              .collect(Collectors.toSet());
      for (Generation generation : over) {
        if (areDeleted(generation, groups)) {
          for (String topic : topicsOf(generation)) {
            if (topics.contains(topic)) {
              delete(topic);
            }
          }
          freed.add(generation);
        }
      }
    } catch (RetriableException e) {
      LOG.debugf("retired generations are deleted later: %s", e.getMessage());
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof RetriableException)) {
        throw new KafkaException("retired generations could not be deleted", e.getCause());
      }
      LOG.debugf("retired generations are deleted later: %s", e.getCause().getMessage());
    }
    return freed;
  }

  private static List<String> topicsOf(Generation generation) {
    return List.of(
        Topics.imageEmbeddings(generation).name(),
        Topics.standingQueryEmbeddings(generation).name());
  }

  private boolean areDeleted(Generation generation, Set<String> groups) {
    return Stream.of(
            generation.embedGroup(), generation.standingGroup(), generation.queryApplication())
        .filter(groups::contains)
        .map(group -> ConsumerGroups.delete(admin, group))
        .reduce(true, Boolean::logicalAnd);
  }

  private void delete(String topic) throws ExecutionException, InterruptedException {
    try {
      admin.deleteTopics(List.of(topic)).all().get();
      LOG.infof("topic %s is deleted", topic);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw e;
      }
    }
  }
}
