for (const menu of document.querySelectorAll('.shop-menu')) {
  menu.querySelector('.current a')?.setAttribute('aria-current', 'page');
}
