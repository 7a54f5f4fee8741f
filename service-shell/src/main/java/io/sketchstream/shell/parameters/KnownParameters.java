package io.sketchstream.shell.parameters;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.QueryParam;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// The URL parameters that a resource method declares, itself or by its `@BeanParam`s.
///
/// **Threads:** any.
final class KnownParameters {
  private static final int SHOWN_MAX = 100;

  private final SortedSet<String> names = new TreeSet<>();

  KnownParameters(Method method) {
    for (Parameter parameter : method.getParameters()) {
      add(parameter.getAnnotation(QueryParam.class));
      if (parameter.isAnnotationPresent(BeanParam.class)) {
        addFields(parameter.getType());
      }
    }
  }

  private void addFields(Class<?> bean) {
    for (Class<?> type = bean; type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        add(field.getAnnotation(QueryParam.class));
        if (field.isAnnotationPresent(BeanParam.class)) {
          addFields(field.getType());
        }
      }
    }
  }

  private void add(QueryParam parameter) {
    if (parameter != null) {
      names.add(parameter.value());
    }
  }

  /// Why a request with these parameters is refused; empty when it is not.
  ///
  /// @param given the values of each parameter
  Optional<String> refusal(Map<String, List<String>> given) {
    for (Map.Entry<String, List<String>> parameter : given.entrySet()) {
      String name = shown(parameter.getKey());
      if (!names.contains(parameter.getKey())) {
        return Optional.of(
            names.isEmpty()
                ? "this call takes no parameters, but '%s' is given".formatted(name)
                : "this call has no parameter '%s'%s: it has %s"
                    .formatted(name, meant(parameter.getKey()), String.join(", ", names)));
      }
      if (parameter.getValue().size() > 1) {
        return Optional.of("%s is given %d times".formatted(name, parameter.getValue().size()));
      }
    }
    return Optional.empty();
  }

  private String meant(String name) {
    return NearestName.of(name, names).map(" (did you mean '%s'?)"::formatted).orElse("");
  }

  private static String shown(String name) {
    return name.length() > SHOWN_MAX ? name.substring(0, SHOWN_MAX) + "…" : name;
  }
}
