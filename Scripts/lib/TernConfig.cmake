# find_package(Tern REQUIRED) gives
#   Tern::tern     the library, for C and C++
#   Tern::fortran  the module `tern`, compiled with the project's own Fortran compiler; where Fortran is enabled
get_filename_component(_tern_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET Tern::tern)
  add_library(Tern::tern SHARED IMPORTED)
  set_target_properties(Tern::tern PROPERTIES
    IMPORTED_LOCATION "${_tern_prefix}/lib/libtern.so"
    IMPORTED_SONAME libtern.so.0
    INTERFACE_INCLUDE_DIRECTORIES "${_tern_prefix}/include")
endif()

get_property(_tern_languages GLOBAL PROPERTY ENABLED_LANGUAGES)
if("Fortran" IN_LIST _tern_languages AND NOT TARGET Tern::fortran)
  add_library(tern_fortran STATIC "${_tern_prefix}/share/tern/tern.f90")
  set_target_properties(tern_fortran PROPERTIES Fortran_MODULE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/tern_modules")
  target_include_directories(tern_fortran INTERFACE "${CMAKE_CURRENT_BINARY_DIR}/tern_modules")
  target_link_libraries(tern_fortran PUBLIC Tern::tern)
  add_library(Tern::fortran ALIAS tern_fortran)
endif()
