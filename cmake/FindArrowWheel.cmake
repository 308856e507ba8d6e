# Arrow C++ with Parquet, as the pyarrow wheel holds it -> target Arrow::parquet. Looked for in -DArrowWheel_ROOT=.../site-packages/pyarrow
# and in .deps/, where scripts/setup puts it. The libraries have no names without a version, so they are taken by theirs.
file(GLOB _installed ${CMAKE_CURRENT_SOURCE_DIR}/.deps/lib/python3*/site-packages/pyarrow)
find_path(ArrowWheel_INCLUDE_DIR parquet/arrow/reader.h HINTS ${_installed} PATH_SUFFIXES include NO_DEFAULT_PATH)
mark_as_advanced(ArrowWheel_INCLUDE_DIR)
get_filename_component(ArrowWheel_DIR "${ArrowWheel_INCLUDE_DIR}" DIRECTORY)

if(EXISTS ${ArrowWheel_INCLUDE_DIR}/arrow/util/config.h)
  file(STRINGS ${ArrowWheel_INCLUDE_DIR}/arrow/util/config.h _lines REGEX "define ARROW_(VERSION|SO_VERSION|VERSION_STRING) ")
  string(REGEX MATCH "ARROW_VERSION_STRING \"([0-9.]+)\"" _ "${_lines}")
  set(ArrowWheel_VERSION ${CMAKE_MATCH_1})
  string(REGEX MATCH "ARROW_SO_VERSION \"([0-9]+)\"" _ "${_lines}")
  set(ArrowWheel_ARROW_LIBRARY ${ArrowWheel_DIR}/libarrow.so.${CMAKE_MATCH_1})
  set(ArrowWheel_PARQUET_LIBRARY ${ArrowWheel_DIR}/libparquet.so.${CMAKE_MATCH_1})
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(ArrowWheel
  REQUIRED_VARS ArrowWheel_PARQUET_LIBRARY ArrowWheel_ARROW_LIBRARY ArrowWheel_INCLUDE_DIR VERSION_VAR ArrowWheel_VERSION)

set(ArrowWheel_LIBRARIES ${ArrowWheel_ARROW_LIBRARY} ${ArrowWheel_PARQUET_LIBRARY})

if(ArrowWheel_FOUND AND NOT TARGET Arrow::parquet)
  add_library(Arrow::parquet INTERFACE IMPORTED)
  target_compile_options(Arrow::parquet INTERFACE "SHELL:-idirafter ${ArrowWheel_INCLUDE_DIR}")
  target_link_libraries(Arrow::parquet INTERFACE ${ArrowWheel_PARQUET_LIBRARY} ${ArrowWheel_ARROW_LIBRARY})
endif()
