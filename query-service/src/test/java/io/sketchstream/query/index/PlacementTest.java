package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.shell.process.HttpAddress;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.internals.StreamsMetadataImpl;
import org.junit.jupiter.api.Test;

final class PlacementTest {
  /// Kafka Streams takes the brackets off; a process has to recognise itself.
  @Test
  void namesAProcessByTheAddressThatItGaveToKafkaStreams() {
    String address = HttpAddress.of("fd00::1", 8083);
    HostInfo host = HostInfo.buildFromEndpoint(address);

    Placement placement =
        Placement.of(
            1, List.of(new StreamsMetadataImpl(host, Set.of(), Set.of(), Set.of(), Set.of())));

    assertEquals(List.of(address), placement.processes());
  }
}
