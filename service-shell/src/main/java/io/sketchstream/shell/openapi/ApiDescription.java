package io.sketchstream.shell.openapi;

import static org.eclipse.microprofile.openapi.OASFactory.createObject;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.sketchstream.shell.access.Access;
import io.sketchstream.shell.problem.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.info.Info;
import org.eclipse.microprofile.openapi.models.info.License;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.eclipse.microprofile.openapi.models.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/// Adds to the description of a service what is the same for every call: title and licence, how a
/// key is sent, and the errors that any call of its kind may have, as problem details.
///
/// **Threads:** the build's.
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ApiDescription implements OASFilter {
  /// Stands for the media types of a sketch in the annotations of a call that takes one.
  public static final String SKETCH = "application/x-sketch";

  private static final List<String> SKETCHES =
      List.of(
          "application/octet-stream",
          "image/png",
          "image/jpeg",
          "image/webp",
          "image/gif",
          "image/bmp",
          "image/svg+xml");

  private static final String PROBLEM = "#/components/schemas/Problem";
  private static final String EVENTS = "text/event-stream";
  private static final String BEARER = "bearer";
  private static final String COOKIE = "cookie";

  /// What each error means, with the detail of an example.
  private record Meaning(String description, String detail) {}

  private static final Map<Integer, Meaning> MEANINGS = new TreeMap<>();

  static {
    MEANINGS.put(400, new Meaning("Not valid; says what and why", "k is 0, not 1 to 1000"));
    MEANINGS.put(
        401,
        new Meaning(
            "No key, or not a valid one", "a token is required: Authorization: Bearer TOKEN"));
    MEANINGS.put(
        403, new Meaning("The key lacks the scope", "the key 'viewer' lacks the scope 'ingest'"));
    MEANINGS.put(404, new Meaning("No such thing", "image 'cat-1' is not in the gallery"));
    MEANINGS.put(
        413,
        new Meaning(
            "The body is too large", "the body has 2000000 bytes; at most 1048576 are accepted"));
    MEANINGS.put(
        415,
        new Meaning("Not a media type of this call", "a POST with a body needs a Content-Type"));
    MEANINGS.put(429, new Meaning("Too many at once; see Retry-After", "too many uploads wait"));
    MEANINGS.put(
        503, new Meaning("Not available now; see Retry-After", "no generation is active yet"));
  }

  @Override
  public void filterOpenAPI(OpenAPI api) {
    describe(api);
    Components components = api.getComponents();
    if (components == null) {
      components = createObject(Components.class);
      api.setComponents(components);
    }
    components.addSchema("Problem", problem());
    components.addSecurityScheme(
        BEARER,
        createObject(SecurityScheme.class)
            .type(SecurityScheme.Type.HTTP)
            .scheme("bearer")
            .description("A key, or access.token. Not needed if the installation requires none."));
    components.addSecurityScheme(
        COOKIE,
        createObject(SecurityScheme.class)
            .type(SecurityScheme.Type.APIKEY)
            .in(SecurityScheme.In.COOKIE)
            .name(Access.COOKIE)
            .description("The same key, for requests to which a browser can't add a header."));
    if (api.getPaths() != null && api.getPaths().getPathItems() != null) {
      api.getPaths().getPathItems().values().forEach(ApiDescription::describe);
    }
  }

  private static void describe(OpenAPI api) {
    Info info = api.getInfo() == null ? createObject(Info.class) : api.getInfo();
    api.setInfo(
        info.title("Sketchstream")
            .description("Draw what you are looking for; get the photos that match.")
            .license(
                createObject(License.class)
                    .name("Apache-2.0")
                    .url("https://www.apache.org/licenses/LICENSE-2.0")));
    api.setSecurity(
        List.of(
            createObject(SecurityRequirement.class), // Where no key is required.
            createObject(SecurityRequirement.class).addScheme(BEARER),
            createObject(SecurityRequirement.class).addScheme(COOKIE)));
  }

  private static void describe(PathItem path) {
    for (Operation operation : path.getOperations().values()) {
      APIResponses responses = operation.getResponses();
      dropTransportHeaders(operation);
      boolean parameters =
          operation.getParameters() != null && !operation.getParameters().isEmpty();
      boolean body = operation.getRequestBody() != null;
      if (body) {
        name(operation.getRequestBody().getContent());
      }
      for (int status : MEANINGS.keySet()) {
        boolean possible =
            switch (status) {
              case 400 -> parameters || body;
              case 404 -> parameters && has(operation, Parameter.In.PATH);
              case 413, 415 -> body;
              default -> true;
            };
        if (possible && !responses.hasAPIResponse(Integer.toString(status))) {
          responses.addAPIResponse(
              Integer.toString(status),
              createObject(APIResponse.class).description(MEANINGS.get(status).description()));
        }
      }
      responses.setDefaultValue(
          createObject(APIResponse.class)
              .description("Any other problem, such as 405 for a method that the path lacks"));
      responses.getAPIResponses().forEach(ApiDescription::explain);
      // Clients ask for the first type that is named: that of success.
      responses.setAPIResponses(new TreeMap<>(responses.getAPIResponses()));
    }
  }

  /// HTTP clients send them by themselves.
  private static void dropTransportHeaders(Operation operation) {
    if (operation.getParameters() != null) {
      operation.setParameters(
          operation.getParameters().stream()
              .filter(parameter -> !"content-length".equalsIgnoreCase(parameter.getName()))
              .toList());
    }
  }

  /// Clients send the first type that is named: where any will do, that is a plain file. The parts
  /// of a form have any names.
  private static void name(Content content) {
    MediaType sketch = content.getMediaType(SKETCH);
    if (sketch != null) {
      content.removeMediaType(SKETCH);
      SKETCHES.forEach(type -> content.addMediaType(type, sketch));
    }
    MediaType any = content.getMediaType("*/*");
    if (any != null) {
      content.removeMediaType("*/*");
      content.addMediaType("application/octet-stream", any).addMediaType("image/*", any);
    }
    MediaType form = content.getMediaType("multipart/form-data");
    Schema schema = form == null ? null : form.getSchema();
    if (schema != null
        && schema.getProperties() != null
        && schema.getProperties().containsKey("*")) {
      Schema files = schema.getProperties().get("*");
      schema.removeProperty("*");
      schema.addProperty("image", files);
    }
  }

  private static boolean has(Operation operation, Parameter.In place) {
    return operation.getParameters().stream().anyMatch(parameter -> parameter.getIn() == place);
  }

  /// An error is a problem detail; events are text.
  private static void explain(String status, APIResponse response) {
    MediaType events =
        response.getContent() == null ? null : response.getContent().getMediaType(EVENTS);
    if (events != null) {
      events.setSchema(createObject(Schema.class).addType(Schema.SchemaType.STRING));
    }
    if (status.matches("[123].*") || response.getContent() != null) {
      return;
    }
    MediaType problem =
        createObject(MediaType.class).schema(createObject(Schema.class).ref(PROBLEM));
    if (status.matches("\\d+")) {
      int code = Integer.parseInt(status);
      Meaning meaning = MEANINGS.get(code);
      problem.setExample(
          example(
              Problem.of(code, meaning == null ? response.getDescription() : meaning.detail())));
    }
    response.setContent(createObject(Content.class).addMediaType(Problem.MEDIA_TYPE, problem));
  }

  private static Map<String, Object> example(Problem problem) {
    Map<String, Object> example = new LinkedHashMap<>();
    example.put("type", problem.type());
    example.put("title", problem.title());
    example.put("status", problem.status());
    example.put("detail", problem.detail());
    return example;
  }

  private static Schema problem() {
    return object("An error, as RFC 9457 describes it. May have further members.")
        .addProperty("type", text("about:blank: the status says what kind of error it is"))
        .addProperty("title", text("The status in words"))
        .addProperty(
            "status", createObject(Schema.class).addType(Schema.SchemaType.INTEGER).format("int32"))
        .addProperty("detail", text("Names the input and the reason"))
        .addProperty("reason", text("A word for programs, where there is one"))
        .additionalPropertiesBoolean(true)
        .required(List.of("type", "title", "status", "detail"));
  }

  private static Schema object(String description) {
    return createObject(Schema.class).addType(Schema.SchemaType.OBJECT).description(description);
  }

  private static Schema text(String description) {
    return createObject(Schema.class).addType(Schema.SchemaType.STRING).description(description);
  }
}
