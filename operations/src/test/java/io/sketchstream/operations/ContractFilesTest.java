package io.sketchstream.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.Topic;
import io.sketchstream.events.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Generates what clients of Kafka need from the contract, and fails if it is out of date:
/// `docs/sketchstream.binpb`, the descriptor set, and `docs/asyncapi.yaml`.
final class ContractFilesTest {
  private static final String WRITE = "contracts.write";
  private static final String HOW =
      "generate it again: ./mvnw -pl operations -am test -Dtest=ContractFilesTest -D"
          + WRITE
          + "=true -Dsurefire.failIfNoSpecifiedTests=false";
  private static final Path DESCRIPTORS = Repository.ROOT.resolve("docs/sketchstream.binpb");
  private static final Path ASYNC_API = Repository.ROOT.resolve("docs/asyncapi.yaml");

  @Test
  void descriptorsAreUpToDate() throws IOException {
    FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
    FileDescriptor contract = ImageIngested.getDescriptor().getFile();
    contract.getDependencies().forEach(file -> set.addFile(file.toProto()));
    set.addFile(contract.toProto());
    byte[] expected = set.build().toByteArray();
    if (Boolean.getBoolean(WRITE)) {
      Files.write(DESCRIPTORS, expected);
    }
    assertTrue(Files.exists(DESCRIPTORS), HOW);
    assertEquals(set.build(), FileDescriptorSet.parseFrom(Files.readAllBytes(DESCRIPTORS)), HOW);
  }

  @Test
  void asyncApiIsUpToDate() throws IOException {
    String version = Repository.read("pom.xml").split("<version>")[1].split("<")[0];
    String text =
        "# Generated from the sources by ContractFilesTest; do not edit.\n"
            + YAMLMapper.builder()
                .enable(YAMLGenerator.Feature.LITERAL_BLOCK_STYLE)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .disable(YAMLGenerator.Feature.SPLIT_LINES)
                .build()
                .writeValueAsString(AsyncApi.document(version));
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(ASYNC_API, text);
    }
    assertEquals(Files.exists(ASYNC_API) ? Files.readString(ASYNC_API) : "", text, HOW);
  }

  @Test
  void asyncApiHasEveryTopicAndLeadsNowhereElse() throws IOException {
    JsonNode document = new YAMLMapper().readTree(Files.readString(ASYNC_API));
    List<String> addresses =
        document.path("channels").valueStream().map(c -> c.path("address").asText()).toList();
    for (Topic<?> topic : Topics.permanent()) {
      assertTrue(addresses.contains(topic.name()), topic::name);
    }
    assertTrue(addresses.contains("image-embeddings-{generation}"), addresses::toString);
    assertEquals(Topics.permanent().size() + 2, addresses.size(), addresses::toString);
    List<String> references = new ArrayList<>();
    document.findValues("$ref").forEach(reference -> references.add(reference.asText()));
    assertTrue(references.size() > 20, references::toString);
    for (String reference : references) {
      assertFalse(document.at(reference.substring(1)).isMissingNode(), reference);
    }
    assertTrue(document.at("/operations/writeSketches").isObject());
    assertTrue(document.at("/operations/writeImages").isMissingNode());
  }
}
