package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.decode.CanonicalImage;
import io.sketchstream.images.decode.ImageDecoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// A small server with the behaviour of the real one towards a client: it decodes what it is given,
/// tells unchanged from accepted, refuses with problem details, is busy now and then, and lets
/// images become searchable only after a while.
final class FakeServer implements AutoCloseable {
  private static final String STATUS =
      """
      {"images":{"count":12345,"indexed":12000},"lag":{"images":300,"embeddings":45},
       "rates":{"ingestedPerSecond":10.5,"embeddedPerSecond":9,"indexedPerSecond":8},
       "generations":[{"generation":"g1","state":"ACTIVE","dimension":512,
       "network":"mobilenet_v2","documents":12000,"lag":345},
       {"generation":"g2","state":"BACKFILLING","dimension":512,"network":"mobilenet_v2",
       "documents":5000,"lag":7345,"backfill":{"paused":false,"fraction":0.405,
       "imagesToEmbed":7345,"embeddingsToIndex":0,"imagesPerSecond":61.2,"etaSeconds":121}}],
       "active":"g1","shards":[]}
      """;
  private static final String MODELS =
      """
      {"active":"g1","leading":true,"trouble":"g2 has no artifact","models":[
       {"generation":"g1","state":"ACTIVE","network":"mobilenet_v2","dimension":512,
        "reason":"the first model","registeredAt":"2026-03-01T12:00:00Z",
        "metrics":{"map":0.5123,"p100":0.25}}]}
      """;
  private static final String LABELS =
      """
      {"labels":7,"contradictory":1,"classes":[
       {"name":"cat","photos":4,"sketches":2}],
       "needs":{"examplesMin":1,"classesMin":2,"usableClasses":1,"queriesMin":1,"queries":1}}
      """;

  /// An image as it was put.
  record Stored(byte[] file, byte[] jpeg, Map<String, String> query, long offset) {}

  final Map<String, Stored> images = new ConcurrentSkipListMap<>();
  private final AtomicInteger runPolls = new AtomicInteger();
  final List<String> labels = Collections.synchronizedList(new ArrayList<>());
  final List<Map<String, String>> searches = Collections.synchronizedList(new ArrayList<>());
  final List<String> posts = Collections.synchronizedList(new ArrayList<>());
  final AtomicInteger inFlight = new AtomicInteger();
  final AtomicInteger inFlightMax = new AtomicInteger();

  /// So many of the next PUTs are answered with 503.
  final AtomicInteger busy = new AtomicInteger();

  /// So many of the next searches for a position are answered with 503.
  final AtomicInteger notYetVisible = new AtomicInteger();

  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer http;

  FakeServer() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
  }

  String address() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    inFlightMax.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      String call = exchange.getRequestMethod() + " " + path;
      if (call.equals("POST /v1/images/delete")) {
        answer(exchange, 202, ListedPages.delete(images, body));
      } else if (path.startsWith("/v1/images/")) {
        image(exchange, path.substring("/v1/images/".length()), body);
      } else if (call.startsWith("POST /v1/training/runs")) {
        posts.add(path + " " + new String(body, UTF_8));
        runPolls.set(0);
        answer(exchange, 202, run(path.endsWith("/cancel") ? "CANCELLED" : "RUNNING"));
      } else if (call.startsWith("POST /v1/models/")) {
        changeModel(exchange, path);
      } else {
        fixed(exchange, call, body);
      }
    }
  }

  private void image(HttpExchange exchange, String id, byte[] body) throws IOException {
    if (exchange.getRequestMethod().equals("PUT")) {
      put(exchange, id, body);
    } else if (id.endsWith("/similar")) {
      answer(exchange, 200, hits(Integer.parseInt(query(exchange).get("k"))));
    } else if (!images.containsKey(id)) {
      problem(exchange, 404, "no such image");
    } else if (exchange.getRequestMethod().equals("PATCH")) {
      posts.add("PATCH " + id + " " + new String(body, UTF_8));
      answer(exchange, 202, "{\"position\":\"1:8\",\"status\":\"accepted\"}");
    } else if (exchange.getRequestMethod().equals("DELETE")) {
      images.remove(id);
      answer(exchange, 202, "{\"position\":\"1:7\"}");
    } else {
      send(exchange, 200, "image/jpeg", images.get(id).jpeg());
    }
  }

  private void changeModel(HttpExchange exchange, String path) throws IOException {
    posts.add(path);
    if (path.contains("nosuch")) {
      problem(exchange, 404, "no generation 'nosuch'");
    } else {
      answer(
          exchange,
          200,
          "{\"trouble\":\"\",\"models\":[{\"generation\":\"g0\",\"state\":\"ACTIVE\"}]}");
    }
  }

  private void fixed(HttpExchange exchange, String call, byte[] body) throws IOException {
    switch (call) {
      case "POST /v1/search" -> search(exchange, body);
      case "POST /v1/labels" -> labels(exchange, body);
      case "GET /v1/labels/export" -> answer(exchange, 200, String.join("\n", labels));
      case "GET /v1/images" -> {
        searches.add(query(exchange));
        answer(exchange, 200, ListedPages.page(images, query(exchange)));
      }
      case "GET /v1/gallery" -> answer(exchange, 200, "{\"count\":" + images.size() + "}");
      case "GET /v1/endpoints" ->
          answer(
              exchange, 200, "{\"ingest\":\"\",\"training\":\"\",\"kafka\":\"127.0.0.1:20123\"}");
      case "GET /q/health" -> answer(exchange, 200, "{\"status\":\"UP\",\"checks\":[]}");
      case "GET /v1/status" -> answer(exchange, 200, STATUS);
      case "GET /v1/models" -> answer(exchange, 200, MODELS);
      case "GET /v1/training/labels" -> answer(exchange, 200, LABELS);
      case "GET /v1/training/runs" ->
          answer(
              exchange,
              200,
              "{\"newLabels\":12,\"trouble\":\"\",\"runs\":[" + run("RUNNING") + "]}");
      case "GET /v1/training/runs/run-1" ->
          answer(exchange, 200, run(runPolls.incrementAndGet() < 3 ? "RUNNING" : "NOT_BETTER"));
      case "GET /v1/models/g2/report" -> answer(exchange, 200, "# Generation g2\n");
      default -> problem(exchange, 404, "nothing at " + call);
    }
  }

  private void put(HttpExchange exchange, String id, byte[] body) throws IOException {
    if (busy.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      exchange.getResponseHeaders().set("Retry-After", "0");
      problem(exchange, 503, "too many uploads");
      return;
    }
    Map<String, String> query = query(exchange);
    Stored known = images.get(id);
    boolean unchanged =
        known != null && Arrays.equals(known.file(), body) && known.query().equals(query);
    try {
      if (!unchanged) {
        byte[] jpeg = CanonicalImage.of(body, decoder).jpeg();
        images.put(id, new Stored(body, jpeg, query, images.size()));
      }
      ObjectNode json = Server.JSON.createObjectNode();
      json.put("imageId", id);
      json.put("position", "0:" + images.get(id).offset());
      json.put("status", unchanged ? "unchanged" : "accepted");
      answer(exchange, 202, json.toString());
    } catch (RefusedImageException e) {
      problem(exchange, 422, id + ": " + e.getMessage());
    }
  }

  private void search(HttpExchange exchange, byte[] body) throws IOException {
    Map<String, String> query = query(exchange);
    query.put("type", exchange.getRequestHeaders().getFirst("Content-Type"));
    query.put("body", new String(body, UTF_8));
    searches.add(query);
    if (query.containsKey("after")
        && notYetVisible.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      problem(exchange, 503, "position " + query.get("after") + " is not visible yet");
      return;
    }
    if (query.getOrDefault("filter", "").equals("((")) {
      problem(exchange, 400, "filter: a name is missing at 3");
      return;
    }
    answer(exchange, 200, hits(Integer.parseInt(query.get("k"))));
  }

  private String hits(int k) {
    ObjectNode json = Server.JSON.createObjectNode();
    json.put("queryId", "q").put("generation", "g1").put("tookMillis", 12.3);
    json.putObject("shards").put("total", 2).put("answered", 1);
    var hits = json.putArray("hits");
    images.entrySet().stream()
        .limit(k)
        .forEach(image ->
            hits.addObject()
                .put("imageId", image.getKey())
                .put("score", 0.9 - 0.1 * hits.size())
                .put("title", image.getValue().query().get("title"))
                .put("uri", image.getValue().query().get("uri")));
    return json.toString();
  }

  private static String run(String state) {
    return """
    {"id":"run-1","state":"%s","phase":"train","done":40,"of":320,"etaSeconds":75,
     "imagesPerSecond":31.4,"losses":{"total":2.5,"classification":2,"quadruplet":0.5},
     "baseGeneration":"g1","generation":"g2","trigger":"asked for","reason":"not better",
     "metrics":{"gate.mAP":0.5},"snapshot":{},"overrides":{},"restarts":0}
    """
        .formatted(state);
  }

  private void labels(HttpExchange exchange, byte[] body) throws IOException {
    ObjectNode json = Server.JSON.createObjectNode();
    var errors = json.putArray("errors");
    long accepted = 0;
    long withdrawn = 0;
    int number = 0;
    for (String line : new String(body, UTF_8).lines().toList()) {
      number++;
      JsonNode label = Server.JSON.readTree(line);
      if (label.path("withdrawn").asBoolean()) {
        labels.add(line);
        withdrawn++;
      } else if (label.hasNonNull("class")) {
        labels.add(line);
        accepted++;
      } else {
        errors.addObject().put("line", number).put("detail", "class is missing");
      }
    }
    json.put("accepted", accepted).put("withdrawn", withdrawn).put("rejected", errors.size());
    answer(exchange, 202, json.toString());
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> query = new TreeMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    if (raw != null) {
      for (String pair : raw.split("&")) {
        String[] parts = pair.split("=", 2);
        query.put(parts[0], URLDecoder.decode(parts[1], UTF_8));
      }
    }
    return query;
  }

  private void problem(HttpExchange exchange, int status, String detail) throws IOException {
    ObjectNode json = Server.JSON.createObjectNode();
    json.put("type", "about:blank").put("status", status).put("detail", detail);
    send(exchange, status, "application/problem+json", json.toString().getBytes(UTF_8));
  }

  private void answer(HttpExchange exchange, int status, String json) throws IOException {
    send(exchange, status, "application/json", json.getBytes(UTF_8));
  }

  private void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    // Before the answer: whoever has it may ask again at once.
    inFlight.decrementAndGet();
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
