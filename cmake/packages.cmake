# Debian packages by CPack (scripts/package deb). Each is a component of the install rules: mdl; mdl-train and mdl-parquet with the LibTorch
# and the Arrow that they were built with, since Debian 12 has neither.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Where dpkg-shlibdeps finds those libraries that the packages hold themselves.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${CMAKE_BINARY_DIR}/bundled)

macro(debian_package name summary text)   # ARGN: what it bundles, and files with the notices of that
  list(APPEND CPACK_COMPONENTS_ALL ${name})
  string(TOUPPER ${name} component)
  set(CPACK_DEBIAN_${component}_PACKAGE_NAME ${name})
  set(CPACK_COMPONENT_${component}_DESCRIPTION "${summary}\n${text}")
  set(notices ${ARGN})
  list(POP_FRONT notices bundled)
  install(CODE "set(sources \"${CMAKE_CURRENT_SOURCE_DIR}\")\nset(bundled \"${bundled}\")\nset(notices \"${notices}\")" COMPONENT ${name} EXCLUDE_FROM_ALL)
  install(SCRIPT cmake/debian/places.cmake COMPONENT ${name} EXCLUDE_FROM_ALL)
endmacro()

# Libraries of others, beside the module that loads them.
function(bundle module package)   # ARGN: the libraries
  set(names "")
  foreach(library ${ARGN})
    get_filename_component(name ${library} NAME)
    string(APPEND names "${name}\n")
    file(CREATE_LINK ${library} ${CMAKE_BINARY_DIR}/bundled/${name} SYMBOLIC)
  endforeach()
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/bundled/${module}.libraries CONTENT "${names}" @ONLY)
  install(FILES ${ARGN} ${CMAKE_BINARY_DIR}/bundled/${module}.libraries
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/mdl COMPONENT ${package} EXCLUDE_FROM_ALL)
endfunction()

file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/bundled)
debian_package(mdl "multilayer perceptrons on tables"
  "Trains, evaluates, applies and serves multilayer perceptrons on tables of
numbers and categories. Training needs the package mdl-train, Parquet and
Arrow files need mdl-parquet.")
set(CPACK_DEBIAN_MDL_PACKAGE_SUGGESTS "mdl-train, mdl-parquet")

bundle(mdl-compute mdl-train ${TorchWheel_LIBRARIES})
file(GLOB_RECURSE notices ${TorchWheel_DIR}/../torch-*.dist-info/licenses/*)
debian_package(mdl-train "multilayer perceptrons on tables: training"
  "With this package mdl trains. It holds LibTorch ${TorchWheel_VERSION} for the CPU, for mdl
alone." "LibTorch ${TorchWheel_VERSION}" ${notices})

if(ArrowWheel_FOUND)
  bundle(mdl-arrow mdl-parquet ${ArrowWheel_LIBRARIES})
  file(GLOB notices ${ArrowWheel_DIR}/../pyarrow-*.dist-info/licenses/*)
  debian_package(mdl-parquet "multilayer perceptrons on tables: Parquet and Arrow files"
    "With this package mdl reads and writes Parquet and Arrow. It holds Arrow
${ArrowWheel_VERSION}, for mdl alone." "Arrow ${ArrowWheel_VERSION}" ${notices})
endif()
foreach(component MDL-TRAIN MDL-PARQUET)
  set(CPACK_DEBIAN_${component}_PACKAGE_DEPENDS "mdl (= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")
endforeach()
include(CPack)
