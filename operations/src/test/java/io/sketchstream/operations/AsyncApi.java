package io.sketchstream.operations;

import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.Topic;
import io.sketchstream.events.Topics;
import java.lang.reflect.Method;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.internals.RecordHeaders;

/// The Kafka interface as AsyncAPI 3.0: topics with keys, writers and retention from [Topics], the
/// headers that [EventHeaders] writes, and the messages of `sketchstream.proto`.
final class AsyncApi {
  private static final String PROTO = "event-contracts/src/main/protobuf/sketchstream.proto";
  private static final String TOPICS =
      "event-contracts/src/main/java/io/sketchstream/events/Topics.java";

  /// A topic in [Topics] with its comment: a constant, or a method of a generation.
  private static final Pattern DECLARED =
      Pattern.compile(
          "((?: {2}///.*\\n)+) {2}public static (?:final )?Topic<(\\w+)> (\\w+)( =|\\()");

  private static final Generation ANY = new Generation("any");
  private static final String PROTOBUF = "application/vnd.google.protobuf;version=3";

  private AsyncApi() {}

  /// One topic.
  ///
  /// @param topic of the generation `any`, where there is one for each
  private record Channel(String id, String comment, String message, Topic<?> topic) {
    boolean ofGeneration() {
      return topic.name().endsWith("-" + ANY.id());
    }

    String address() {
      return ofGeneration()
          ? topic.name().replaceAll(ANY.id() + "$", "{generation}")
          : topic.name();
    }

    boolean takesRecords() {
      return topic.writer().contains("any Kafka client");
    }
  }

  static Map<String, Object> document(String version) {
    List<Channel> channels = channels();
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("asyncapi", "3.0.0");
    document.put(
        "info",
        map(
            "title",
            "Sketchstream",
            "version",
            version,
            "description",
            "Topics that any Kafka client may read, and those that it may write. The values are"
                + " Protobuf; sketchstream.binpb beside this file is their descriptor set.",
            "license",
            map("name", "Apache-2.0", "url", "https://www.apache.org/licenses/LICENSE-2.0")));
    document.put("defaultContentType", "application/protobuf");
    Map<String, Object> described = new LinkedHashMap<>();
    Map<String, Object> operations = new LinkedHashMap<>();
    Map<String, Object> messages = new LinkedHashMap<>();
    for (Channel channel : channels) {
      described.put(channel.id(), channel(channel));
      operations.put("read" + capital(channel.id()), operation("send", channel));
      if (channel.takesRecords()) {
        operations.put("write" + capital(channel.id()), operation("receive", channel));
      }
      messages.putIfAbsent(channel.message(), message(channel.message()));
    }
    document.put("channels", described);
    document.put("operations", operations);
    document.put(
        "components",
        map("messages", messages, "messageTraits", map("event", map("headers", headers()))));
    return document;
  }

  private static List<Channel> channels() {
    List<Channel> channels = new ArrayList<>();
    for (MatchResult found : DECLARED.matcher(Repository.read(TOPICS)).results().toList()) {
      String comment =
          found
              .group(1)
              .lines()
              .map(line -> line.strip().substring(3).strip())
              .reduce("", (all, line) -> (all + " " + line).strip());
      String name = found.group(3);
      Topic<?> topic = topic(name, found.group(4).equals("("));
      channels.add(
          new Channel(camel(name), comment.replaceAll("\\[#(\\w+)]", "$1"), found.group(2), topic));
    }
    return channels;
  }

  private static Topic<?> topic(String name, boolean ofGeneration) {
    try {
      if (!ofGeneration) {
        return (Topic<?>) Topics.class.getField(name).get(null);
      }
      Method method = Topics.class.getMethod(name, Generation.class);
      return (Topic<?>) method.invoke(null, ANY);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, Object> channel(Channel channel) {
    Topic<?> topic = channel.topic();
    boolean compact = topic.cleanup() == Topic.Cleanup.COMPACT;
    Map<String, Object> described = new LinkedHashMap<>();
    described.put("address", channel.address());
    described.put("description", channel.comment() + " Written by " + topic.writer() + ".");
    if (channel.ofGeneration()) {
      described.put(
          "parameters",
          map("generation", map("description", "Id of a trained model, as in models")));
    }
    described.put(
        "messages", map(channel.message(), ref("components/messages", channel.message())));
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("cleanup.policy", List.of(compact ? "compact" : "delete"));
    if (!compact) {
      settings.put("retention.ms", topic.retention().toMillis());
    }
    described.put(
        "bindings", map("kafka", map("topicConfiguration", settings, "bindingVersion", "0.5.0")));
    return described;
  }

  /// @param action as Sketchstream sees it: what it sends can be read
  private static Map<String, Object> operation(String action, Channel channel) {
    return map("action", action, "channel", ref("channels", channel.id()));
  }

  private static Map<String, Object> message(String name) {
    return map(
        "name", "sketchstream.v1." + name,
        "contentType", "application/protobuf",
        "bindings", map("kafka", map("key", map("type", "string"), "bindingVersion", "0.5.0")),
        "traits", List.of(ref("components/messageTraits", "event")),
        "payload", map("schemaFormat", PROTOBUF, "schema", definition(name)));
  }

  /// The message as `sketchstream.proto` has it, with its comments.
  private static String definition(String name) {
    Matcher found =
        Pattern.compile(
                "((?:^//.*\\n)*)^message " + name + " \\{\\n(?:.*\\n)*?^}\\n", Pattern.MULTILINE)
            .matcher(Repository.read(PROTO));
    if (!found.find()) {
      throw new IllegalStateException(PROTO + " has no message " + name);
    }
    return found.group();
  }

  private static Map<String, Object> headers() {
    RecordHeaders written = new RecordHeaders();
    EventHeaders.describe(written, "service", ImageIngested.class, "id", Instant.EPOCH);
    Map<String, Object> properties = new LinkedHashMap<>();
    written.forEach(header -> properties.put(header.key(), map("type", "string")));
    properties.put(
        EventHeaders.TRACEPARENT,
        map("type", "string", "description", "W3C trace context of the request that caused it"));
    RecordHeaders position = new RecordHeaders();
    EventHeaders.setImagesOffset(position, 0);
    properties.put(
        position.iterator().next().key(), number("the offset in images that it answers"));
    RecordHeaders term = new RecordHeaders();
    EventHeaders.setTerm(term, 0);
    properties.put(
        term.iterator().next().key(),
        number("rises with each owner of the partition, and a lower one does not count"));
    return map("type", "object", "properties", properties);
  }

  private static Map<String, Object> number(String meaning) {
    return map(
        "type", "string",
        "format", "binary",
        "description", "In image-embeddings: " + meaning + "; 8 bytes, big-endian");
  }

  private static Map<String, Object> ref(String place, String name) {
    return map("$ref", "#/" + place + "/" + name);
  }

  private static Map<String, Object> map(Object... entries) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      map.put((String) entries[i], entries[i + 1]);
    }
    return map;
  }

  /// `SKETCH_EMBEDDINGS` as `sketchEmbeddings`.
  private static String camel(String name) {
    return name.contains("_") || name.equals(name.toUpperCase(Locale.ROOT))
        ? Pattern.compile("_(\\w)")
            .matcher(name.toLowerCase(Locale.ROOT))
            .replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT))
        : name;
  }

  private static String capital(String id) {
    return id.substring(0, 1).toUpperCase(Locale.ROOT) + id.substring(1);
  }
}
