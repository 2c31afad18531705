const amount = document.querySelector('input[name="count"]');

amount?.addEventListener('change', () => {
  amount.value = Math.max(1, Number.parseInt(amount.value, 10) || 1);
});
